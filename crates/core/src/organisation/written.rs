//! The roster as it stands, as a file that people edit and give back.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::{Holding, Organisation, Post, Unit};
use crate::ids::{UnitId, UserId};

impl Organisation {
    /// Who holds the posts of a unit on a day, as a file that [`super::Roster::read`] takes once the number of
    /// its paper is filled in; read unchanged, it changes nothing. A post without a holder is written so that
    /// it only has to be filled. Posts bear their ids, with their names above. None where the unit does not
    /// stand on that day.
    pub fn roster_as_file(
        &self,
        unit: UnitId,
        on: Date,
        english: bool,
        login: &dyn Fn(UserId) -> String,
    ) -> Option<String> {
        let unit = self.unit(unit, on)?;
        let say = |zh: &'static str, en: &'static str| if english { en } else { zh };
        let name = if english { &unit.name_en } else { &unit.name };
        let mut text =
            say(HEAD_ZH, HEAD_EN).replace("{unit}", name).replace("{on}", &on.to_string());
        let called = self.called(unit, on);
        // Writing to a text does not fail.
        let _ = write!(text, "\n[[unit]]\n# {name}\nunit = \"{called}\"\n");
        for post in self.posts_in(unit.id, on) {
            let called = if english {
                format!("{} of {name}", post.name_en)
            } else {
                format!("{name}{}", post.name)
            };
            let holders: Vec<String> = self.holders_on(post, on).map(login).collect();
            for user in &holders {
                let (id, user) = (post.id, user.replace(['"', '\\'], ""));
                let _ =
                    write!(text, "\n[[holder]]\n# {called}\npost = \"{id}\"\nuser = \"{user}\"\n");
            }
            if holders.is_empty() {
                let (id, empty) = (post.id, say(EMPTY_ZH, EMPTY_EN));
                let _ = write!(
                    text,
                    "\n# {called}{empty}\n#[[holder]]\n#post = \"{id}\"\n#user = \"\"\n"
                );
            }
        }
        Some(text)
    }

    /// By which name a file finds the unit again: the code of its division, else its id.
    fn called(&self, unit: &Unit, on: Date) -> String {
        let code = unit.code.as_ref();
        let own =
            code.filter(|code| self.unit_of_division(code, on).map(|own| own.id) == Some(unit.id));
        own.map_or_else(|| unit.id.to_string(), ToString::to_string)
    }

    fn holders_on(&self, post: &Post, on: Date) -> impl Iterator<Item = UserId> {
        let held = self.appointed(post.id).filter(|a| a.holding == Holding::Holder);
        held.filter(move |a| super::stands(a.from, a.to, on)).map(|a| a.user)
    }
}

const HEAD_ZH: &str = "\
# {unit}的任职名册，{on} 的样子。
# 改好以后在“机构与任免”里选“换届任职名册”，先检查，再登记。
# 留任的人也要写。删掉一段，那个人从那天起就不再任；一个人也没有写的岗位空缺。

# 从哪天起
on = \"{on}\"
# 文号
paper = \"\"
";

const HEAD_EN: &str = "\
# The roster of {unit} as it stands on {on}.
# Mend it, choose it as \"A roster after an election\", check it, then record it.
# Who stays is written too. Whose entry is left out ends on that day; a post without an entry is empty.

# From which day on
on = \"{on}\"
# The number of the paper
paper = \"\"
";

const EMPTY_ZH: &str = "：空缺。有人任职，就去掉下面三行前面的 #，写上登录名";
const EMPTY_EN: &str =
    ": empty. To fill it, take the # from the next three lines and write the login";
