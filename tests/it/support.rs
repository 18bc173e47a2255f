//! What the stories are told with: the running program, a shop that talks to it over the signed webhook, an agent with a token, and a clock.

pub(crate) mod agent;
pub(crate) mod browser;
pub(crate) mod clock;
pub(crate) mod customer;
pub(crate) mod database;
pub(crate) mod house;
pub(crate) mod page;
pub(crate) mod program;
pub(crate) mod receiver;
pub(crate) mod shop;
pub(crate) mod visitor;
pub(crate) mod waiting;

pub(crate) use agent::Agent;
pub(crate) use browser::Browser;
pub(crate) use customer::Customer;
pub(crate) use database::Database;
pub(crate) use house::{Agents, DAY, HOUR, House, Setup};
pub(crate) use page::Page;
pub(crate) use receiver::{Delivery, Fault, Receiver};
pub(crate) use shop::Shop;
pub(crate) use visitor::Visitor;
pub(crate) use waiting::{PATIENCE, until};

/// Tells each story on both databases, under the same name.
macro_rules! on_both_databases {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(crate::support::Database::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(crate::support::Database::Postgres).await;
            })+
        }
    };
}
pub(crate) use on_both_databases;
