//! Files that a body names become entries beside the ledger.

use serde_json::{Map, Value};
use uuid::Uuid;
use zongheng_core::ledger::{Class, ContentRef};
use zongheng_core::matter::{Actor, Command, FieldFault};
use zongheng_files::Kind;
use zongheng_store::{KEPT_DAYS, NewContent, NewFile};

use crate::api::problem::Problem;
use crate::api::scope_of;
use crate::app::App;
use crate::submit::{ReadAct, ReadReport, text_fault};

/// The most characters of a file's name.
const NAME: usize = 80;
/// An upload may be named a day less long than it is kept.
const NAMED_WITHIN: i64 = (KEPT_DAYS - 1) * 86_400;
/// So many are looked up; the rules allow fewer.
const LOOKED_UP: usize = 20;

/// The entries that the files of a body become.
#[derive(Debug, Default)]
pub struct Resolved {
    contents: Vec<NewContent>,
    /// Of field `files[n]`.
    pub faults: Vec<FieldFault>,
}

/// Looks the files of a body up: uploads of this very caller, whole and still there.
///
/// # Errors
/// Of database and disk.
pub async fn resolve(
    app: &App,
    actor: &Actor,
    body: &Map<String, Value>,
) -> Result<Resolved, Problem> {
    let mut resolved = Resolved::default();
    let list = match body.get("files") {
        None | Some(Value::Null) => return Ok(resolved),
        Some(Value::Array(list)) => list,
        Some(_) => {
            resolved.faults.push(FieldFault::new("files", "a list is wanted here"));
            return Ok(resolved);
        }
    };
    let (owner, now) = (scope_of(actor), app.now());
    let mut named = Vec::new();
    for (n, value) in list.iter().take(LOOKED_UP).enumerate() {
        let field = format!("files[{n}]");
        let Some(id) = value.as_str().and_then(|text| text.parse::<Uuid>().ok()) else {
            resolved.faults.push(FieldFault::new(&field, "the id of an upload is wanted here"));
            continue;
        };
        if named.contains(&id) {
            continue;
        }
        named.push(id);
        let known = super::upload(app, id).await?;
        let known = known.filter(|upload| {
            upload.owner == owner && now.seconds_since(upload.begun) < NAMED_WITHIN
        });
        let Some(attached) = known.and_then(|upload| upload.kept) else {
            let what = "there is no such file any more: choose it again";
            resolved.faults.push(FieldFault::new(&field, what));
            continue;
        };
        let text = serde_json::to_string(&attached).unwrap_or_default();
        let content = app.with_mint(|mint| mint.content(Class::File, text, now));
        let file = Some(NewFile { upload: id, sha256: attached.sha256 });
        resolved.contents.push(NewContent { file, ..content });
    }
    if list.len() > LOOKED_UP {
        let n = list.len();
        resolved.faults.push(FieldFault::new("files", format!("{n} files: at most {LOOKED_UP}")));
    }
    Ok(resolved)
}

impl Resolved {
    fn references(&self) -> Vec<ContentRef> {
        self.contents.iter().map(NewContent::reference).collect()
    }

    /// The act with its files. What is wrong with them stands beside what is wrong with its other fields.
    pub fn show(self, read: &mut ReadAct) {
        if !self.faults.is_empty() {
            let mut faults = read.ask.command.as_ref().err().cloned().unwrap_or_default();
            faults.extend(self.faults);
            read.ask.command = Err(faults);
        } else if !self.contents.is_empty()
            && let Ok(command) = &read.ask.command
        {
            let (files, command) = (self.references(), Box::new(command.clone()));
            read.ask.command = Ok(Command::Showing { files, command });
            read.contents.extend(self.contents);
        }
    }

    /// The report with its files. A report that was accepted before gets its first answer, whatever became of them.
    ///
    /// # Errors
    /// What is wrong with the files, beside what is wrong with its other fields.
    pub fn show_report(
        self,
        read: Result<ReadReport, Vec<FieldFault>>,
        known: bool,
    ) -> Result<ReadReport, Vec<FieldFault>> {
        match read {
            Ok(mut read) if self.faults.is_empty() || known => {
                read.report.files = self.references();
                read.contents.extend(self.contents);
                Ok(read)
            }
            Ok(_) => Err(self.faults),
            Err(mut faults) => {
                faults.extend(self.faults);
                Err(faults)
            }
        }
    }
}

/// A file's name as it is kept: without folders and control characters, short, and ending as what it is. One that
/// names a person by number, or bears a mark of secrecy, is not kept.
pub fn clean_name(name: &str, kind: Kind) -> String {
    let own = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let own: String = own.chars().filter(|c| !unseen(*c)).collect();
    let stem = own.rsplit_once('.').map_or(own.as_str(), |(stem, _)| stem).trim();
    let stem: String = stem.chars().take(NAME).collect();
    let stem = if text_fault(&stem, NAME).is_some() { "file" } else { stem.trim() };
    format!("{stem}.{}", kind.ending())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_plain_and_ends_as_what_it_is() {
        for (name, kept) in [
            ("IMG_0001.HEIC.jpeg", "IMG_0001.HEIC.jpg"),
            ("C:\\Users\\x\\桥.png", "桥.jpg"),
            ("../../etc/passwd", "passwd.jpg"),
            ("a\u{202E}gpj.exe", "agpj.jpg"),
            (" .jpg", "file.jpg"),
            ("", "file.jpg"),
            ("身份证11010519491231002X.jpg", "file.jpg"),
            ("密级：机密.jpg", "file.jpg"),
        ] {
            assert_eq!(clean_name(name, Kind::Jpeg), kept, "{name}");
        }
        assert_eq!(clean_name(&"长".repeat(200), Kind::Pdf).chars().count(), NAME + 4);
    }
}
