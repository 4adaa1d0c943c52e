//! 承办单: the internal sheet of a matter on paper, one A4 page with the boxes in which offices write and sign.

/// What stands in it beside what the page of the matter has anyway. Nothing in it says who reported.
#[derive(Debug, Clone, Default)]
pub struct Slip {
    /// The unit whose desk dispatches it and hands the sheet out.
    pub office: String,
    /// When it was reported first, with the year.
    pub first: String,
    pub lead: Option<String>,
    /// Each with how far it is: 县公安局交警大队（已签收）.
    pub assists: Vec<String>,
    /// 职责依据 in a few words.
    pub duty: String,
    /// What the reporter or the task says, as far as it has room.
    pub said: Option<String>,
    /// The whole of it, where it has none: it is printed behind.
    pub rest: Option<String>,
    /// The kinds of settlement that an answer may have.
    pub settlements: Vec<String>,
    pub printed: String,
}
