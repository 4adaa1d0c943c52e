//! From the words of a step to the command that a page would send.

use serde::de::DeserializeOwned;
use uuid::Uuid;
use zongheng_core::ids::{ContentId, DivisionCode, MatterId, RequestId, UnitId};
use zongheng_core::ledger::{Class, ContentRef, Hash};
use zongheng_core::matter::{
    ActName, AskedChild, AskedNode, Assist, Command, Drafted, Facts, Import, ImportedEnd, Matter,
    OutsideOrder, Report, ReportedPlace, Theirs,
};
use zongheng_core::playbook::Grade;
use zongheng_core::time::At;

use super::fields::{Field, Fields, division, moment, unit};
use super::text::Word;
use super::words::Words;
use super::world::WORLD;

/// Ids in the order in which they are asked for.
#[derive(Debug, Default)]
pub(crate) struct Mint(u128);

impl Mint {
    fn next(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(0x1_0000 + self.0)
    }

    pub(crate) fn text(&mut self) -> ContentRef {
        let id = self.next();
        ContentRef { id: ContentId(id), class: Class::Text, digest: Hash::of(id.as_bytes()) }
    }

    fn request(&mut self) -> RequestId {
        RequestId(self.next())
    }
}

/// The id of the matter under a label: the same letter, the same id.
pub(crate) fn matter_id(label: &str) -> MatterId {
    let letter = label.bytes().next().unwrap_or_default();
    MatterId(Uuid::from_u128(letter.into()))
}

/// A word of the program by its name.
pub(crate) fn read<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(name.into()).map_err(|_| format!("\"{name}\" does not fit here"))
}

pub(crate) struct Writer<'a> {
    pub(crate) words: &'a Words,
    pub(crate) mint: &'a mut Mint,
}

impl Writer<'_> {
    fn text(&mut self, fields: &mut Fields<'_>) -> Result<ContentRef, String> {
        let said = fields.has_text()?;
        if said {
            Ok(self.mint.text())
        } else {
            Err("say what: 「中文」\"English\"".to_owned())
        }
    }

    fn may_text(&mut self, fields: &mut Fields<'_>) -> Result<Option<ContentRef>, String> {
        let said = fields.has_text()?;
        Ok(said.then(|| self.mint.text()))
    }

    fn label(&self, word: &Word) -> Result<MatterId, String> {
        self.words.need("labels", word).map(matter_id)
    }

    fn labelled(&self, fields: &mut Fields<'_>, name: &str) -> Result<Option<MatterId>, String> {
        fields.take(name).map(|field| self.label(&field.one_word()?)).transpose()
    }

    /// A new matter and the number that it gets, where the line says so.
    pub(crate) fn report(
        &mut self,
        label: &str,
        fields: &mut Fields<'_>,
    ) -> Result<(Report, Option<u32>), String> {
        let playbook = fields.need_head("playbooks")?.into();
        let category = fields.head("categories").map(Into::into);
        let outside = match (fields.paper("city_number")?, fields.moment("city_limit")?) {
            (Some(number), Some(due)) => Some(OutsideOrder { number, due }),
            (None, None) => None,
            _ => return Err("an order of the city has a number and a limit".to_owned()),
        };
        let place = fields.division("at")?;
        let grid = fields.flag("in_grid")?.then(|| first_grid(place.as_ref())).transpose()?;
        let report = Report {
            id: matter_id(label),
            playbook,
            category,
            title: self.text(fields)?,
            detail: None,
            form: Vec::new(),
            place: ReportedPlace { division: place, grid, point: None, address: None },
            source: fields.word("source", "sources")?,
            against: fields.unit("against")?,
            urgent: fields.flag("urgent")?,
            contact: fields.flag("contact")?.then(|| self.mint.text()),
            hidden: fields.flag("hidden")?,
            happened: None,
            on_behalf: None,
            outside,
            follows: self.labelled(fields, "follows")?,
            files: Vec::new(),
        };
        Ok((report, fields.number("no")?))
    }

    /// A matter that comes over from another system.
    pub(crate) fn import(
        &mut self,
        label: &str,
        fields: &mut Fields<'_>,
    ) -> Result<Import, String> {
        let playbook = fields.need_head("playbooks")?.into();
        let category = fields.head("categories").map(Into::into);
        let number = fields.paper("their_number")?.ok_or("which number did it have there?")?;
        let words = self.words;
        let assists = fields.take_all(&["assist"]);
        let ended = fields.moment("ended")?;
        let place = ReportedPlace { division: fields.division("at")?, ..ReportedPlace::default() };
        Ok(Import {
            id: matter_id(label),
            playbook,
            theirs: Theirs { system: "before".to_owned(), number },
            began: fields.moment("began")?.ok_or("when did it begin?")?,
            round: fields.number("round_no")?.unwrap_or(1),
            round_began: fields.moment("round_began")?,
            category,
            source: fields.word("source", "sources")?,
            grade: None,
            urgent: false,
            title: self.text(fields)?,
            detail: None,
            form: Vec::new(),
            place,
            contact: fields.flag("contact")?.then(|| self.mint.text()),
            hidden: fields.flag("hidden")?,
            lead: fields.unit("lead")?,
            assists: assists.iter().map(|field| field.unit(words)).collect::<Result<_, _>>()?,
            due: fields.moment("deadline")?,
            ended: ended.map(|at| ImportedEnd { at, answer: None, solved: None, satisfied: None }),
        })
    }

    fn facts(&mut self, fields: &mut Fields<'_>) -> Result<Facts, String> {
        let division = fields.division("at")?;
        let grid = fields.flag("in_grid")?.then(|| first_grid(division.as_ref())).transpose()?;
        Ok(Facts {
            category: fields.word("category", "categories")?.map(|key| (&*key).into()),
            division,
            grid,
            source: fields.word("source", "sources")?,
            grade: fields.word("grade", "grades")?.map(|key| read::<Grade>(&key)).transpose()?,
            repeat_of: self.labelled(fields, "repeat_of")?,
            outside_due: fields.moment("city_limit")?,
        })
    }

    fn assists(&self, fields: &mut Fields<'_>) -> Result<Vec<Assist>, String> {
        let words = self.words;
        let assist = |field: &Field| {
            let mut named = field.words();
            let unit = unit(words, named.next().ok_or("an assisting unit is named")?)?;
            let limit = field.values().next().map(str::parse).transpose();
            let limit = limit.map_err(|_| "a limit such as 3wd".to_owned())?;
            if named.next().is_some() {
                return Err("one unit behind each 协办 assist".to_owned());
            }
            Ok(Assist { unit, limit })
        };
        fields.take_all(&["assist"]).iter().map(assist).collect()
    }

    fn units(&self, fields: &mut Fields<'_>, name: &str) -> Result<Vec<UnitId>, String> {
        let taken = fields.take_all(&[name]);
        taken.iter().map(|field| field.unit(self.words)).collect()
    }

    #[expect(clippy::too_many_lines, reason = "one arm an act, read as a table")]
    pub(crate) fn command(
        &mut self,
        act: ActName,
        fields: &mut Fields<'_>,
        matter: &Matter,
    ) -> Result<Command, String> {
        Ok(match act {
            ActName::File => Command::File(self.facts(fields)?),
            ActName::Correct => Command::Correct(self.facts(fields)?),
            ActName::Decline => Command::Decline { reason: self.text(fields)? },
            ActName::SettleOnSpot => Command::SettleOnSpot {
                category: fields.word("category", "categories")?.map(|key| (&*key).into()),
                text: self.text(fields)?,
            },
            ActName::Link => {
                let to = self.labelled(fields, "to")?;
                Command::Link { to: to.ok_or("name the main matter: 主件 to")? }
            }
            ActName::Unlink => Command::Unlink { reason: self.text(fields)? },
            ActName::Merge => {
                let into = self.labelled(fields, "into")?;
                let into = into.ok_or("name the other matter: 并入 into")?;
                Command::Merge { into, reason: self.text(fields)? }
            }
            ActName::Dispatch => Command::Dispatch {
                lead: needed(fields.unit("lead")?, "牵头 lead")?,
                assists: self.assists(fields)?,
                withdraw: self.units(fields, "withdraw")?,
                deadline: fields.moment("deadline")?,
                reason: self.may_text(fields)?,
            },
            ActName::Adjudicate => Command::Adjudicate {
                lead: needed(fields.unit("lead")?, "牵头 lead")?,
                assists: self.assists(fields)?,
                withdraw: self.units(fields, "withdraw")?,
                deadline: fields.moment("deadline")?,
                reason: self.text(fields)?,
                number: fields.paper("number")?,
            },
            ActName::SignFor => Command::SignFor { post: fields.post("to_post")? },
            ActName::PassOn => Command::PassOn {
                post: needed(fields.post("to_post")?, "交给 to_post")?,
                due: fields.moment("within")?,
                text: self.may_text(fields)?,
            },
            ActName::PassBack => Command::PassBack { reason: self.text(fields)? },
            ActName::Submit => Command::Submit { draft: Box::new(self.draft(fields)?) },
            ActName::SendBack => Command::SendBack {
                draft: Self::draft_number(fields, matter)?,
                reason: self.text(fields)?,
            },
            ActName::Release => Command::Release { draft: Self::draft_number(fields, matter)? },
            ActName::Return => {
                let whose = fields.unit("whose")?;
                Command::Return { reason: self.text(fields)?, whose }
            }
            ActName::Progress => Command::Progress { text: self.text(fields)? },
            ActName::Plan => self.plan(fields)?,
            ActName::NodeDone => {
                let field = fields.take("node").ok_or("name the node: 节点 node")?;
                let node = u16::try_from(field.number()?).map_err(|_| "no such node")?;
                if !field.has_title() {
                    return Err("say what: 「中文」\"English\"".to_owned());
                }
                Command::NodeDone { node, text: self.mint.text() }
            }
            ActName::Decompose => Command::Decompose { children: self.children(fields)? },
            ActName::Whistle => {
                let text = self.text(fields)?;
                Command::Whistle {
                    units: self.units(fields, "call")?,
                    by: needed(fields.moment("by")?, "于此前 by")?,
                    spot: self.mint.text(),
                    text,
                }
            }
            ActName::Arrive => self.arrive(fields, matter)?,
            ActName::Suspend => Command::Suspend {
                request: self.mint.request(),
                reason: self.text(fields)?,
                until: needed(fields.moment("until")?, "到 until")?,
            },
            ActName::Extend => Command::Extend {
                request: self.mint.request(),
                reason: self.text(fields)?,
                stage: stage(fields, self.words)?,
                due: needed(fields.moment("until")?, "到 until")?,
            },
            ActName::Shelve => Command::Shelve {
                request: self.mint.request(),
                reason: self.text(fields)?,
                until: needed(fields.moment("until")?, "到 until")?,
            },
            ActName::ReferUp => Command::ReferUp {
                request: self.mint.request(),
                reason: self.text(fields)?,
                to: needed(fields.unit("up_to")?, "报给 up_to")?,
            },
            ActName::ReferAcross => {
                let to = fields.take("across_to");
                let to = to.as_ref().and_then(|field| field.values().next());
                Command::ReferAcross {
                    request: self.mint.request(),
                    to: DivisionCode::from(to.ok_or("移给 across_to a county's code")?),
                    reason: self.text(fields)?,
                }
            }
            ActName::Exclude => {
                Command::Exclude { request: self.mint.request(), reason: self.text(fields)? }
            }
            ActName::Object => {
                Command::Object { request: self.mint.request(), reason: self.text(fields)? }
            }
            ActName::Decide => self.decide(fields, matter)?,
            ActName::Resume => Command::Resume,
            ActName::Answer => Command::Answer {
                kind: read(fields.need_head("settlement")?)?,
                text: self.text(fields)?,
            },
            ActName::Verify => Command::Verify {
                passed: yes_or_no(fields, "passed", "failed")?
                    .ok_or("通过 passed or 不通过 failed")?,
                rating: fields.word("rating", "ratings")?.map(|key| read(&key)).transpose()?,
                text: self.may_text(fields)?,
            },
            ActName::CallBack => Command::CallBack {
                reached: yes_or_no(fields, "reached", "unreached")?
                    .ok_or("接通 reached or 未通 unreached")?,
                solved: yes_or_no(fields, "solved_yes", "solved_no")?,
                satisfied: fields.head("satisfied").map(read).transpose()?,
                text: self.may_text(fields)?,
                party: fields.head("parties").map(str::parse).transpose().map_err(|_| "party")?,
            },
            ActName::SignOff => {
                let despite = fields.flag("despite")?;
                let despite = if despite { Some(self.text(fields)?) } else { None };
                Command::SignOff { despite }
            }
            ActName::Reopen => {
                let lead = fields.unit("lead")?;
                Command::Reopen { reason: self.text(fields)?, lead }
            }
            ActName::Urge => {
                let unit = fields.unit("target")?;
                Command::Urge { text: self.text(fields)?, unit }
            }
            ActName::Order => Command::Order {
                number: needed(fields.paper("number")?, "文号 number")?,
                unit: fields.unit("target")?,
                text: self.text(fields)?,
            },
            ActName::Notice => Command::Notice {
                number: needed(fields.paper("number")?, "文号 number")?,
                unit: fields.unit("target")?,
                text: self.text(fields)?,
            },
            ActName::Comment => Command::Comment { text: self.text(fields)? },
            ActName::Spot => Command::Spot { text: self.text(fields)? },
        })
    }

    /// `单位 of 县城管局 City Management 迟到 late 基本满意 basically`.
    fn arrive(&mut self, fields: &mut Fields<'_>, matter: &Matter) -> Result<Command, String> {
        let of = fields.take("of").ok_or("name the unit: 单位 of")?;
        let mut words = of.words();
        let called = unit(self.words, words.next().ok_or("which unit?")?)?;
        let came = self.words.need("came", words.next().ok_or("did it come?")?)?;
        let satisfied = words.next().map(|word| self.words.need("satisfied", word)).transpose()?;
        Ok(Command::Arrive {
            whistle: u32::try_from(matter.whistles.len()).unwrap_or_default(),
            unit: called,
            came: read(came)?,
            satisfied: satisfied.map(read).transpose()?,
            reason: self.may_text(fields)?,
        })
    }

    /// What is drafted (送审): the act with its fields.
    fn draft(&mut self, fields: &mut Fields<'_>) -> Result<Drafted, String> {
        let kind = fields.need_head("drafts")?;
        let until = fields.moment("until")?;
        let whose = fields.unit("whose")?;
        let reason = self.text(fields)?;
        let request = self.mint.request();
        Ok(match kind {
            "return" => Drafted::Return { reason, whose },
            "suspend" => Drafted::Suspend { request, reason, until: needed(until, "到 until")? },
            "extend" => {
                let (stage, due) = (stage(fields, self.words)?, needed(until, "到 until")?);
                Drafted::Extend { request, reason, stage, due }
            }
            "shelve" => Drafted::Shelve { request, reason, until: needed(until, "到 until")? },
            "answer" => {
                Drafted::Answer { kind: read(fields.need_head("settlement")?)?, text: reason }
            }
            _ => Drafted::Object { request, reason },
        })
    }

    /// The draft that is meant: the last, where none is named.
    fn draft_number(fields: &mut Fields<'_>, matter: &Matter) -> Result<u32, String> {
        let named = fields.number("draft")?;
        Ok(named.unwrap_or_else(|| matter.drafts.last().map_or(1, |draft| draft.n)))
    }

    /// `节点 node 10 2025-03-10 18:00 县城管局 City Management 「…」"…"  后于 after 11`; `1-60` are sixty.
    fn plan(&mut self, fields: &mut Fields<'_>) -> Result<Command, String> {
        let mut nodes: Vec<AskedNode> = Vec::new();
        for field in fields.take_all(&["node", "after"]) {
            if field.name == "after" {
                let no = u16::try_from(field.number()?).map_err(|_| "no such node")?;
                nodes.last_mut().ok_or("后于 after stands behind a node")?.after.push(no);
                continue;
            }
            let values: Vec<&str> = field.values().collect();
            let [no, date, time] = values.as_slice() else {
                return Err("节点 node is followed by number, day and time".to_owned());
            };
            let of = field.words().next().map(|word| unit(self.words, word)).transpose()?;
            if !field.has_title() {
                return Err("a node has a title: 「中文」\"English\"".to_owned());
            }
            let due = moment(date, time)?;
            let number = |no: &str| no.parse::<u16>().map_err(|_| format!("\"{no}\" is no number"));
            let (first, last) = no.split_once('-').unwrap_or((no, no));
            for no in number(first)?..=number(last)? {
                let (title, after) = (self.mint.text(), Vec::new());
                nodes.push(AskedNode { no, title, unit: of, due, after });
            }
        }
        let replaces = fields.flag("replaces")?;
        let replaces =
            if replaces { Some((self.mint.request(), self.text(fields)?)) } else { None };
        Ok(Command::Plan { nodes, replaces })
    }

    /// `分件 part 乙 B 2025-03-10 18:00 曹寨村 Caozhai 「…」"…"`.
    fn children(&mut self, fields: &mut Fields<'_>) -> Result<Vec<AskedChild>, String> {
        let mut children = Vec::new();
        for field in fields.take_all(&["part"]) {
            let mut named = field.words();
            let label = named.next().ok_or("分件 part is followed by a label")?;
            let at = named.next().map(|word| division(self.words, word)).transpose()?;
            if !field.has_title() {
                return Err("a part has a title: 「中文」\"English\"".to_owned());
            }
            children.push(AskedChild {
                id: self.label(label)?,
                title: self.mint.text(),
                due: field.moment()?,
                division: at,
            });
        }
        Ok(children)
    }

    /// The request that is meant: the last of its kind, of the unit where one is named.
    fn decide(&mut self, fields: &mut Fields<'_>, matter: &Matter) -> Result<Command, String> {
        let accept = yes_or_no(fields, "grant", "refuse")?.ok_or("同意 grant or 不同意 refuse")?;
        let kind = fields.word("request", "requests")?.ok_or("name it: 申请 request")?;
        let of = fields.unit("of")?;
        let meant = matter.requests.iter().rev();
        let mut meant =
            meant.filter(|r| r.kind.name() == kind && of.is_none_or(|unit| r.by == unit));
        let request = meant.next().map_or_else(|| self.mint.request(), |r| r.id);
        let number = fields.paper("number")?;
        Ok(Command::Decide { request, accept, reason: self.may_text(fields)?, number })
    }
}

fn needed<T>(value: Option<T>, what: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("\"{what}\" is missing"))
}

fn first_grid(place: Option<&DivisionCode>) -> Result<zongheng_core::ids::GridId, String> {
    let code = place.map(|code| format!("{code}001")).unwrap_or_default();
    WORLD.keys.grids.get(&code).copied().ok_or_else(|| "no grid lies there".to_owned())
}

/// Of two words at most one stands.
fn yes_or_no(fields: &mut Fields<'_>, yes: &str, no: &str) -> Result<Option<bool>, String> {
    match fields.answer(&[yes, no])? {
        Some(said) => Ok(Some(said == yes)),
        None => Ok(None),
    }
}

/// A stage: of those with a name, or `节点 node:10`, `月报 monthly:2026-01`.
fn stage(fields: &mut Fields<'_>, words: &Words) -> Result<zongheng_core::playbook::Stage, String> {
    let word = fields.first().ok_or("name the stage")?;
    let name = match &*word.zh {
        "节点" | "月报" => &word.en,
        _ => words.need("stages", &word)?,
    };
    name.parse().map_err(|e: zongheng_core::playbook::NoStage| e.to_string())
}

pub(crate) fn due_in(at: At) -> String {
    let text = at.to_string();
    let (date, time) = (&text[..10], &text[11..16]);
    format!("{date} {time}")
}
