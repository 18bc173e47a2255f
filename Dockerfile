# syntax=docker/dockerfile:1
FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin bellhop \
    && cp target/release/bellhop /usr/local/bin/bellhop

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin bellhop \
    && install --directory --owner=bellhop --group=bellhop --mode=0700 /data
COPY --from=build /usr/local/bin/bellhop /usr/local/bin/bellhop
USER bellhop
WORKDIR /
VOLUME /data
EXPOSE 8080
ENV BELLHOP__SERVER__LISTEN=0.0.0.0:8080
# bash opens the connection itself: the image has neither curl nor wget.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 4 line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["bellhop"]
CMD ["serve", "--data", "/data"]
