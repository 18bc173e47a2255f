# What customers read, in Japanese. What only agents read is English: every key of the catalogue that customers can read stands here.

## First words and last words

greeting-line = こんにちは。自動アシスタントです。
greeting =
    こんにちは。自動アシスタントです。ご質問をそのままの言葉でお書きください。
    担当者との会話をご希望の場合は、そのようにお伝えください。
greeting-again = こんにちは。ご用件をお聞かせください。
thanks-reply = どういたしまして。何かございましたら、いつでもお書きください。
goodbye-reply = ありがとうございました。何かございましたら、いつでもお書きください。
acknowledged = かしこまりました。何かございましたら、お書きください。
given-back = 自動アシスタントに戻りました。ほかにご用件はございますか。

## Answers

read-more = 詳しくはこちら：{ $url }
answer-other-language = この内容は今のところ{ $article ->
    [en] 英語
    [zh] 中国語
    [de] ドイツ語
    [fr] フランス語
    [es] スペイン語
    [pt] ポルトガル語
    [it] イタリア語
    [nl] オランダ語
    [pl] ポーランド語
    [ru] ロシア語
    [tr] トルコ語
    [ar] アラビア語
    [ja] 日本語
    [ko] 韓国語
    [th] タイ語
    [vi] ベトナム語
    [id] インドネシア語
    [hi] ヒンディー語
   *[other] 別の言語
 }のみでご用意しています。
answer-same = その件も同じ記事に書かれています。
clarify = ご質問の内容がはっきりわかりませんでした。この中にありますか。
clarify-again = お役に立てず申し訳ありません。この中にありますか。
article-gone = その記事は現在ご覧いただけません。もう一度、ご自身の言葉でお尋ねください。
already-shown = その記事はすでにお送りしました。少し上にございます。
helped-reply = お役に立ててよかったです。すべて解決しましたか。
rate-again = 承りました。ありがとうございます。
button-helped = 役に立った
button-did-not-help = 役に立たなかった
button-human = 担当者と話す
button-none = この中にない

## Closing

solved-reply = 解決してよかったです。この会話を終了します。またお書きいただければ続きからご案内します。
not-solved-ask = まだ解決していないのはどの点でしょうか。ご自身の言葉でお書きいただくか、担当者とお話しください。
conversation-closed = この会話を終了しました。まだ解決していないことがあれば、ここにお書きください。続きからご案内します。
button-solved = はい、解決しました
button-not-solved = まだです
button-still-open = まだ解決していません

## Handing over and waiting

handoff-no-answer = 確かなお答えができないため、担当者が対応いたします。
handoff-asked = 担当者が対応いたします。
handoff-not-solved = 解決せず申し訳ありません。担当者が対応いたします。
handoff-refused = お役に立てず申し訳ありません。担当者が対応いたします。
sorry-did-not-help = お役に立てず申し訳ありません。
handoff-form-failed = このままでは先に進めないため、担当者が対応いたします。
handoff-nothing-lost = ここに書かれた内容は担当者も読めますので、繰り返していただく必要はありません。
queue-position = { $position ->
    [1] 次がお客様の番です。
   *[other] お客様は { $position } 番目です。
 }
queue-waiting = 順番をお待ちいただいています。
queue-wait-minutes = お待ち時間は約 { $minutes } 分です。
queue-wait-hours = お待ち時間は約 { $hours } 時間です。
with-person = すでに担当者が対応しています。ここでお返事いたします。
closed-until = ただいまの時間は担当者が不在です。{ $time }に戻ります。
closed = ただいまの時間は担当者が不在です。
closed-answer-then = 戻りましたら、担当者がここでお返事いたします。
button-leave-ticket = 代わりにチケットを作成する
button-keep-waiting = このまま待つ

## Filing a ticket in the chat

form-out-of-hours = お問い合わせが埋もれないよう、チケットを作成いたします。
form-waited = お待たせして申し訳ありません。まだ担当者の手が空いておりません。ここでお待ちいただかなくてもよいように、チケットを作成できます。
form-chosen = かしこまりました。チケットを作成いたします。
form-about = 「{ $title }」として受け付けます。
form-template = どのようなご用件ですか。
form-few-questions = あと { $count } 点お聞かせください。
form-ask = { $label }は何ですか。
form-pick-one = いずれかをお選びください。
form-needs-text = 言葉でお答えください。
form-needs-number = 数字として読み取れませんでした。12 のように数字でお書きください。
form-needs-money = 金額として読み取れませんでした。49.90 EUR のようにお書きください。
form-needs-date = 日付として読み取れませんでした。2026-11-30 のようにお書きください。
form-needs-datetime = 日時として読み取れませんでした。2026-11-30 14:00 のようにお書きください。
form-needs-email = メールアドレスとして読み取れませんでした。hanako@example.org のようにお書きください。
form-needs-phone = 電話番号として読み取れませんでした。+81 3 1234 5678 のように国番号からお書きください。
form-needs-url = ウェブアドレスとして読み取れませんでした。https://example.org/page のようにお書きください。
form-needs-order = 注文番号として読み取れませんでした。1001 のように空白なしでお書きください。
form-needs-yes-no = 「はい」か「いいえ」でお答えください。
form-not-accepted = 「{ $label }」として正しくないようです。ご確認のうえ、もう一度お書きください。
form-cancelled = かしこまりました。チケットは作成しません。何かございましたら、いつでもお書きください。
form-keeps-waiting = かしこまりました。順番はそのままです。
button-cancel = キャンセル
button-yes = はい
button-no = いいえ
ticket-filed =
    お問い合わせをチケット { $number } として受け付けました。確認でき次第、ここでお返事いたします。
    状況の確認はこちら：{ $url }
ticket-filed-before =
    お問い合わせはすでにチケット { $number } として受け付けており、対応を進めています。
    状況の確認はこちら：{ $url }
ticket-number-link =
    お客様のチケット：{ $number }
    状況の確認はこちら：{ $url }

## Tickets

tickets-none = チケットはありません。
tickets-none-open = 対応中のチケットはありません。
tickets-head = { $count ->
    [1] お客様のチケット：
   *[other] お客様の最近のチケット（{ $count } 件）：
 }
tickets-colleagues = 同じ会社の方のチケット：
ticket-line = { $number } { $title }：{ $status }
ticket-line-with = { $line }（{ $department }）
ticket-line-merged = { $line }（{ $numbers } を含む）
ticket-merged =
    チケット { $number } は同じ内容のため、{ $into } にまとめて対応します。
    進み具合はこちら：{ $url }
ticket-merged-other =
    チケット { $number } は同じ内容のお問い合わせとまとめて対応します。ご連絡はこちらで差し上げます。
    進み具合はこちら：{ $url }
ticket-link = 状況の確認はこちら：{ $url }
ticket-which = どのチケットについてですか。
ticket-which-button = { $number } { $title }
ticket-added = チケット { $number } に追加しました。
ticket-status-new = 受付済み
ticket-status-open = 対応中
ticket-status-waiting-customer = お客様のご返信待ち
ticket-status-waiting-third-party = 外部の回答待ち
ticket-status-resolved = 解決済み
ticket-status-closed = 終了
ticket-next-new = 担当者が確認のうえ、ご連絡いたします。
ticket-next-open = 担当者が対応中です。追ってご連絡いたします。
ticket-next-waiting-customer = お客様にお伺いしたいことがあります。ご返信いただき次第、続けます。
ticket-next-waiting-third-party = 外部の回答を待っています。引き続き確認いたします。
ticket-next-resolved = 対応は完了しました。まだ解決していない場合は、ここにお書きください。
ticket-next-closed = このチケットは終了しました。ほかのご用件はいつでもお書きください。
ticket-changed =
    チケット { $number } の状況：{ $status }
    状況の確認はこちら：{ $url }
ticket-moved =
    チケット { $number } は { $department } が担当しています。
    状況の確認はこちら：{ $url }
ticket-resolved =
    チケット { $number } は解決しました。まだ解決していないことがあれば、ここにお書きください。
    ご確認はこちら：{ $url }
ticket-closed =
    チケット { $number } は終了しました。
    ご確認はこちら：{ $url }
ticket-card-owner = { $name } が担当しています。
ticket-withdrawn = チケット { $number } は誤って作成されたため無効です。混乱させてしまい申し訳ありません。ここで続けてご案内します。

## Commands

help =
    ご質問をそのままの言葉でお書きください。次の入力もできます：
    /human – 担当者と話す
    /status – 最新のチケットの状況
    /tickets – すべてのチケット
    /language – 言語の変更
    /link – 別のチャネルのご利用を同じ方としてまとめる
    /forget – 保存されている情報の削除
    /help – この一覧
command-unknown = そのコマンドはありません。/help で一覧をご覧いただけます。
language-ask = どの言語をご希望ですか。
language-set = かしこまりました。これからは日本語でご案内します。
language-set-other = かしこまりました。ご用意がある内容は{ $name }でご案内します。私からの案内は英語のままです。
language-unknown = 「{ $tag }」という言語はわかりませんでした。次の中からお選びください：
link-code =
    コードは { $code } です。もう一方のチャネルで次のように入力してください：/link { $code }
    { $minutes } 分間、一度だけ使えます。ほかの人には教えないでください。コードがあれば、こちらでの会話を読むことができます。
link-done = ありがとうございます。{ $channel } のコードを確認しました。会話とチケットがひとつにまとまりました。/tickets ですべてご覧いただけます。
link-told = こちらと { $channel } での会話がひとつにまとまりました。お心当たりがない場合は、すぐにこちらでお知らせください。
link-wrong = このコードは使えません。入力の誤り、使用済み、または期限切れの可能性があります。もう一方のチャネルで /link と入力すると、新しいコードを受け取れます。
link-same = このコードはもう一方のチャネルで入力してください。
link-too-often = コードの誤りが続きました。10 分ほどお待ちのうえ、新しいコードを受け取ってください。
link-elsewhere = コードは、ほかの方に見えない場所でのみお渡しします。直接メッセージをお送りください。
forget-ask = お名前、連絡先、メッセージ、ファイルなど、保存されている情報をすべて削除します。元には戻せません。削除してよろしいですか。
forget-done = 保存されていた情報をすべて削除しました。またお書きいただいた場合は、初めからご案内します。
forget-kept = かしこまりました。何も削除しません。
button-forget = はい、すべて削除する
button-keep = いいえ、残す

## Buttons pressed late or twice

late-done = すでに済んでいます。
late-over = そのボタンは現在使えません。ご用件をお書きください。

## Pages

page-ticket-title = チケット { $number }
page-ticket-merged = 同じ内容のお問い合わせとまとめて対応しています。
page-status = 状況
page-stage = 段階
page-department = 担当部署
page-department-none = 未定
page-next = 次の対応
page-expected = 完了予定
page-filed-at = 受付日時
page-updated-at = 最終更新
page-details = 詳細
page-history = これまでの経過
page-messages = メッセージ
page-author-you = お客様
page-author-bot = アシスタント
page-author-team = 担当チーム
page-add-message = メッセージを追加
page-earlier = 以前のメッセージ
page-message-label = メッセージ
page-send = 送信
page-sent = ありがとうございます。メッセージを受け付けました。お問い合わせいただいた窓口でお返事いたします。
page-message-empty = メッセージをご入力ください。
page-message-too-long = 長すぎます。{ $limit } 文字以内でお書きください。
page-too-many = 一度に送信された件数が多すぎます。1 分ほどしてからもう一度お試しください。
page-link-invalid-title = このリンクは使えません
page-link-invalid = リンクが不完全か、有効期限が切れています。チャットで /status と入力すると新しいリンクが届きます。
page-not-found-title = ページがありません
page-not-found = このページは存在しないか、削除されました。
page-error-title = 問題が発生しました
page-error = 申し訳ありません。しばらくしてからもう一度お試しください。
page-files = ファイル（任意）
page-files-hint = 最大 { $most } 個、合計 { $megabytes } MB までです。
page-files-too-large = 一度に送れる量を超えています。最大 { $most } 個、合計 { $megabytes } MB までです。
page-language = 言語
page-latest = 最新のメッセージに戻る
article-updated-at = 最終更新
article-only-in = この記事はまだお客様の言語ではご用意がありません。
article-other-versions = ほかの言語
article-gone-page = この記事は現在ご覧いただけません。
article-parts = この記事の続き
article-part-before = 前へ
article-part-after = 続きを読む
page-owner = 担当者
page-rate = 対応はいかがでしたか？
page-rate-comment = 良かった点や改善してほしい点（任意）
page-rate-of = 5 段階中 { $value }
page-rate-send = 評価を送信
page-rated = 評価をありがとうございました。
page-whole-message = メッセージ全文を読む

## Times

time-today = 本日 { $time }
time-tomorrow = 明日 { $time }
time-weekday = { $day ->
    [mon] 月曜日
    [tue] 火曜日
    [wed] 水曜日
    [thu] 木曜日
    [fri] 金曜日
    [sat] 土曜日
   *[sun] 日曜日
 } { $time }
time-date = { $month } 月 { $day } 日 { $time }

## Other

timeline-filed = チケットを作成
timeline-status = 状況：{ $status }
timeline-department = { $department } に引き継ぎ
timeline-message = 新しいメッセージ
timeline-resolved = 解決
timeline-reopened = 再開
erased-marker = [消去済み]
unsupported = この種類のメッセージはまだ読み取れません。言葉でお書きください。
attachment-received = ありがとうございます。受け取りました。ご用件を言葉でお書きください。
attachment-not-stored = ファイル「{ $name }」を保存できませんでした。もう一度お送りください。
deleted-marker = [削除済み]

## Asked by agents, and rated

form-asked = 対応を進めるために、{ $count } 点お聞かせください。
form-asked-thanks = ありがとうございます。必要な情報がそろいました。担当者がここで続けてご案内します。
form-asked-stopped = かしこまりました。それ以外の情報で進めます。担当者がここでお返事いたします。
rating-ask = 今回の対応はいかがでしたか。
rating-thanks = 評価をありがとうございます。
rating-thanks-comment = 評価をありがとうございます。ご意見がございましたら、ここにお書きください。
rating-noted = ありがとうございます。承りました。まだ解決していないことがあれば、ここにお書きください。

## The chat on a web page

chat-title = チャットでお問い合わせ
chat-greeting = こんにちは。ご用件をご自由にお書きください。ここでお返事いたします。
chat-launcher = チャットを開く
chat-close = チャットを閉じる
chat-log = メッセージ
chat-older = 以前のメッセージ
chat-newest = 最新のメッセージへ
chat-today = 今日
chat-open = ただいま受付中です
chat-closed = ただいま担当者が不在です
chat-closed-until = 受付再開：{ $time }
chat-typing = 返信を入力中です
chat-author-me = お客様
chat-author-bot = アシスタント
chat-author-agent = 担当者
chat-author-system = お知らせ
chat-deleted = このメッセージは取り消されました
chat-edited = 編集済み
chat-sending = 送信中…
chat-failed = 送信できませんでした
chat-retry = 再試行
chat-seen = 既読
chat-choices = 選択肢
chat-unread-one = 新しいメッセージ { $count } 件
chat-unread-other = 新しいメッセージ { $count } 件
chat-article = 記事
chat-read-article = 記事の全文
chat-see-ticket = チケットを見る
chat-article-page = 記事を別のページで開く
chat-back = チャットに戻る
chat-write = メッセージを入力
chat-send = 送信
chat-attach = ファイルを添付
chat-attach-limits = { $files } 個まで、1 個あたり { $size } まで
chat-files = 添付ファイル
chat-file = ファイル
chat-uploading = アップロード中…
chat-remove = { $name } を削除
chat-drop = ここにファイルをドロップしてください
chat-too-many-one = 1 件のメッセージに添付できるファイルは { $count } 個までです。
chat-too-many-other = 1 件のメッセージに添付できるファイルは { $count } 個までです。
chat-too-large = { $name } のサイズが { $size } を超えています。
chat-upload-failed = { $name } を送信できませんでした。もう一度お試しください。
chat-away = ただいま担当者が不在です。メッセージとメールアドレスをお書きください。追ってご連絡いたします。
chat-name = お名前（任意）
chat-email = メールアドレス
chat-email-needed = お返事をお送りするメールアドレスをご入力ください。
chat-email-wrong = メールアドレスが正しくないようです。
chat-offline = 接続できません。自動的に再接続します。
chat-too-fast = 送信の間隔が短すぎます。少しお待ちください。
chat-refused = このページではチャットをご利用いただけません。
chat-expired = ログインの有効期限が切れました。ページを再読み込みしてください。
chat-page-title = チャット
chat-page-script = チャットのご利用には JavaScript が必要です。

## The conversation as a file

transcript-customer = お客様
transcript-attached = この会話の記録をファイルでお送りします。

invite-text = ご質問がありますか？ボタンを押してお問い合わせください。内容はお客様と担当者だけが見られます。
invite-button = お問い合わせ

## A conversation of their own

contact-opened = こちらでお話しください：{ $place }
contact-open-already = お話しいただく場所は引き続きこちらです：{ $place }
contact-failed = こちらで問題が起きました。少し待ってから、もう一度ボタンを押してください。
