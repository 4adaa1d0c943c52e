//! The bodies that commands take, as the description of the API tells them. They are read field by
//! field in `submit`, where each fault is kept; nothing is read into these.
#![expect(dead_code, reason = "described to callers, read field by field elsewhere")]

use serde::Deserialize;
use utoipa::ToSchema;

/// An act on a matter.
#[derive(Deserialize, ToSchema)]
pub struct ActBody {
    /// The last act that the person had seen; where somebody acted since, the answer is 409 `stale`.
    seq: Option<u32>,
    /// The post to act in, where another than the session's is wanted.
    #[serde(rename = "as")]
    post: Option<String>,
    #[serde(flatten)]
    act: Act,
}

/// What allows the act, where a rule that needs a decision stands against it: the rule's name, the number of
/// the paper, and the reason where it is the own post's decision (the act's own reason where left out).
#[derive(Deserialize, ToSchema)]
struct Allow {
    rule: String,
    number: String,
    reason: Option<String>,
}

/// Each act with its fields. Times are `2026-11-24T18:00:00+08:00`, units and posts are ids.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case")]
enum Act {
    File(Facts),
    Decline(Reason),
    /// 自办自结
    SettleOnSpot {
        category: Option<String>,
        text: String,
    },
    /// 并案: `to` is the id of the matter that works for this one too.
    Link {
        to: String,
    },
    Unlink(Reason),
    /// 合并
    Merge {
        into: String,
        reason: String,
    },
    Correct(Corrected),
    Dispatch {
        lead: String,
        assists: Option<Vec<Assist>>,
        withdraw: Option<Vec<String>>,
        deadline: Option<String>,
        reason: Option<String>,
        allow: Option<Allow>,
    },
    SignFor {
        post: Option<String>,
    },
    /// 转办: to a post of the unit or one below it; `due` is the unit's own limit.
    PassOn {
        post: String,
        due: Option<String>,
        text: Option<String>,
        allow: Option<Allow>,
    },
    PassBack(Reason),
    /// 送审: the act that is drafted, with its own fields.
    Submit {
        draft: Draft,
        /// Of an answer: they stand with the draft.
        files: Option<Vec<String>>,
    },
    SendBack {
        draft: u32,
        reason: String,
    },
    /// 签发: the drafted act is done in the unit's name.
    Release {
        draft: u32,
    },
    Return(Returned),
    /// `number`: of the meeting's paper, where one decides after an objection.
    Adjudicate {
        lead: String,
        assists: Option<Vec<Assist>>,
        withdraw: Option<Vec<String>>,
        deadline: Option<String>,
        reason: String,
        number: Option<String>,
        allow: Option<Allow>,
    },
    Progress(Shown),
    /// 报方案. With `replaces` the dates shall stand in the place of the limit, `reason` says why.
    Plan {
        nodes: Vec<AskedNode>,
        replaces: Option<bool>,
        reason: Option<String>,
    },
    NodeDone {
        node: u16,
        text: String,
    },
    /// 分解: each part becomes a matter of its own.
    Decompose {
        children: Vec<AskedChild>,
    },
    /// 吹哨
    Whistle {
        units: Vec<String>,
        by: String,
        place: String,
        text: String,
    },
    /// 报到: `came` is came, late or absent; `satisfied` (yes, basically, no) of who came.
    Arrive {
        whistle: u32,
        unit: String,
        came: String,
        satisfied: Option<String>,
        reason: Option<String>,
    },
    Suspend(Until),
    Extend(Extended),
    /// 挂账: `until` is the day of its review.
    Shelve(Until),
    /// 报请上级: `to` is a superior unit.
    ReferUp {
        reason: String,
        to: String,
    },
    /// 移送: `to` is the 12-digit code of another county.
    ReferAcross {
        reason: String,
        to: String,
    },
    Exclude(Reason),
    Object(Reason),
    /// `number`: of the meeting's paper, where one decides.
    Decide {
        request: String,
        accept: bool,
        reason: Option<String>,
        number: Option<String>,
    },
    Resume {},
    Answer {
        #[serde(flatten)]
        answer: Answered,
        files: Option<Vec<String>>,
    },
    Verify {
        passed: bool,
        rating: Option<String>,
        text: Option<String>,
        files: Option<Vec<String>>,
    },
    CallBack {
        reached: bool,
        solved: Option<bool>,
        satisfied: Option<String>,
        text: Option<String>,
        /// Who of several that are asked, from 1; the reporter is the first.
        party: Option<u8>,
    },
    SignOff {
        despite: Option<String>,
    },
    Reopen {
        reason: String,
        whose: Option<String>,
    },
    Urge {
        text: String,
        unit: Option<String>,
        files: Option<Vec<String>>,
    },
    /// 督办, by the number of its paper.
    Order(Paper),
    /// 情况通报
    Notice(Paper),
    Comment(Shown),
    Spot(Shown),
}

/// What a unit's releasing post may do in its name (签发).
#[derive(Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case")]
enum Draft {
    Return(Returned),
    Suspend(Until),
    Extend(Extended),
    Shelve(Until),
    Answer(Answered),
    Object(Reason),
}

#[derive(Deserialize, ToSchema)]
struct Facts {
    category: Option<String>,
    place: Option<Place>,
    source: Option<String>,
    /// ordinary or major
    grade: Option<String>,
    repeat_of: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct Corrected {
    #[serde(flatten)]
    facts: Facts,
    /// The limit that the authority outside set anew.
    outside_due: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct Place {
    division: Option<String>,
    grid: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct Assist {
    unit: String,
    /// `3wd`, `5d`, `4h`
    limit: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct AskedNode {
    /// 1 to 999.
    no: u16,
    title: String,
    /// The lead's own where left out.
    unit: Option<String>,
    due: String,
    /// The numbers of the nodes that go before.
    after: Option<Vec<u16>>,
}

#[derive(Deserialize, ToSchema)]
struct AskedChild {
    /// Its id; made here where left out.
    id: Option<String>,
    title: String,
    due: String,
    /// The parent's where left out.
    division: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct Reason {
    reason: String,
}

/// `files`: ids of uploads of the caller's, at most 9.
#[derive(Deserialize, ToSchema)]
struct Shown {
    text: String,
    files: Option<Vec<String>>,
}

#[derive(Deserialize, ToSchema)]
struct Returned {
    reason: String,
    /// The unit whose it is.
    whose: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct Until {
    reason: String,
    until: String,
}

#[derive(Deserialize, ToSchema)]
struct Extended {
    reason: String,
    /// `settle`, `node:3`, `monthly:2026-05`
    stage: String,
    due: String,
}

#[derive(Deserialize, ToSchema)]
struct Answered {
    /// solved, partly, explained, guided, planned, withdrawn, untrue
    kind: String,
    text: String,
}

#[derive(Deserialize, ToSchema)]
struct Paper {
    /// Such as 督〔2026〕3号.
    number: String,
    /// Whom; the owner where left out.
    unit: Option<String>,
    text: String,
}

/// A new matter.
#[derive(Deserialize, ToSchema)]
pub struct ReportBody {
    playbook: String,
    title: String,
    /// Its id; made here where left out.
    id: Option<String>,
    category: Option<String>,
    detail: Option<String>,
    place: Option<ReportPlace>,
    source: Option<String>,
    /// The id of the post for which it was written.
    on_behalf: Option<String>,
    against: Option<String>,
    urgent: Option<bool>,
    happened: Option<String>,
    reporter: Option<ReporterBody>,
    /// The order of an authority outside, where the kind of matter has one.
    outside: Option<OutsideBody>,
    /// The id of what was recorded on the spot and did not hold.
    follows: Option<String>,
    /// Ids of uploads of the caller's, at most 9.
    files: Option<Vec<String>>,
}

#[derive(Deserialize, ToSchema)]
struct ReportPlace {
    division: Option<String>,
    grid: Option<String>,
    address: Option<String>,
    lon: Option<f64>,
    lat: Option<f64>,
    /// wgs84, gcj02 or bd09
    datum: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct ReporterBody {
    name: Option<String>,
    /// 7 to 15 digits; a + before and spaces or hyphens between them may stand
    phone: Option<String>,
    hidden: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
struct OutsideBody {
    number: String,
    due: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use zongheng_core::matter::ActName;

    use super::*;

    /// No act that can be asked for is left out of the description.
    #[test]
    fn every_act_is_described() {
        for act in ActName::all() {
            let empty = json!({ "act": act.name() });
            let error = serde_json::from_value::<ActBody>(empty).err().map(|e| e.to_string());
            let unknown = error.filter(|e| e.contains("unknown variant"));
            assert_eq!(unknown, None, "{act}");
        }
    }
}

/// The decision on a proposed row: `adopt` with number and `from`, or `refuse` with a reason.
#[derive(Deserialize, ToSchema)]
pub struct ProposalBody {
    decision: String,
    number: Option<String>,
    from: Option<String>,
    reason: Option<String>,
}

/// An exception for one unit, until before a day within a year; `more` of an establishment only.
#[derive(Deserialize, ToSchema)]
pub struct ExceptionBody {
    rule: String,
    number: String,
    unit: String,
    category: Option<String>,
    more: Option<u32>,
    from: Option<String>,
    until: String,
    reason: String,
}

/// `decision`: seal; by a second person release or destroy.
#[derive(Deserialize, ToSchema)]
pub struct SealingBody {
    decision: String,
    number: String,
    reason: String,
}

/// `receiver`: `county_discipline`, `city_discipline`, `police`, `procuratorate`,
/// `superior_supervision`.
#[derive(Deserialize, ToSchema)]
pub struct ReferralBody {
    number: String,
    on: String,
    receiver: String,
}

#[derive(Deserialize, ToSchema)]
pub struct ReceiptBody {
    number: String,
    on: String,
}

/// A handover sheet that both persons have signed; `leaver` is the account that the sheet names.
#[derive(Deserialize, ToSchema)]
pub struct SheetBody {
    leaver: String,
    signed: bool,
}

/// `kind`: `roster` or `reorganisation`; `text`: the file, TOML; `file`: its name, for messages.
#[derive(Deserialize, ToSchema)]
pub struct ChangeCheckBody {
    kind: String,
    file: Option<String>,
    text: String,
}

/// The same file, with the number `upon` that the check gave.
#[derive(Deserialize, ToSchema)]
pub struct ChangeBody {
    kind: String,
    file: Option<String>,
    text: String,
    upon: u64,
}
