//! What somebody was told, and what is proposed to the supervision office.

use askama::Template;
use askama_web::WebTemplate;

use super::{Frame, Moment, Row};

/// Everything that the reader was told, newest first.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "messages.html")]
pub struct Messages {
    pub frame: Frame,
    pub rows: Vec<MessageRow>,
    pub next: Option<String>,
    pub start: Option<String>,
}

#[derive(Debug, Clone)]
pub struct MessageRow {
    pub href: String,
    /// 今日提醒, 加急, 快到期的授权.
    pub title: String,
    pub when: Moment,
    pub note: String,
    /// Not opened yet.
    pub fresh: bool,
}

/// One message with the deadlines that it tells of.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "message.html")]
pub struct MessageShow {
    pub frame: Frame,
    pub when: Moment,
    /// What it says besides its rows.
    pub says: Option<String>,
    pub rows: Vec<Row>,
    /// Rows of this page that the reader no longer sees, or whose matter has gone on.
    pub gone: usize,
    pub next: Option<String>,
    pub start: Option<String>,
}

/// Matters on which an order is proposed.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "proposed_orders.html")]
pub struct ProposedOrders {
    pub frame: Frame,
    pub rows: Vec<Row>,
    pub next: Option<String>,
    pub start: Option<String>,
}
