//! The first page after sign-in.

use askama::Template;
use askama_web::WebTemplate;

use super::{Frame, Lamp, Link, Moment, Row};

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "today.html")]
pub struct Today {
    pub frame: Frame,
    /// 4月14日 周四.
    pub date: String,
    /// 今天 18:00 下班，明天是工作日.
    pub day_note: String,
    /// The one thing to do first; nothing where nothing waits.
    pub first: Option<First>,
    pub overdue: Number,
    #[expect(clippy::struct_field_names, reason = "今天到期 is what the figure is called")]
    pub due_today: Number,
    pub mine_count: Number,
    /// Due today and tomorrow, grouped by moment.
    pub due: Vec<DayGroup>,
    pub all_due: Option<Link>,
    /// 待办.
    pub mine: Vec<Row>,
    pub all_mine: Option<Link>,
    /// 待反馈: what the reader's post gave to others.
    pub waiting: Vec<Row>,
    pub all_waiting: Option<Link>,
}

#[derive(Debug, Clone)]
pub struct First {
    pub href: String,
    pub title: String,
    /// The act's word, on the one vermilion button.
    pub act: String,
    /// Number, place, what happened last.
    pub sub: Vec<String>,
    pub lamp: Lamp,
    pub due: Option<Moment>,
}

/// A figure that opens its list.
#[derive(Debug, Clone, Default)]
pub struct Number {
    pub n: u64,
    pub href: String,
    /// 最久 5 天.
    pub note: String,
}

#[derive(Debug, Clone)]
pub struct DayGroup {
    pub when: Moment,
    pub rows: Vec<Row>,
}
