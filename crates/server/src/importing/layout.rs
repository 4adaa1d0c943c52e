//! Which column is what: the layouts that are carried in the binary, and the map of a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

const HOTLINE: &str = include_str!("../../../../programmes/layouts/hotline.toml");
const TASKS: &str = include_str!("../../../../programmes/layouts/tasks.toml");
const REQUESTS: &str = include_str!("../../../../programmes/layouts/chicago_311.toml");

/// What a column can say of a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The number that it had.
    Number,
    Title,
    Detail,
    Began,
    Due,
    /// When it was closed; empty while it is open.
    Ended,
    /// Words on whether it is closed, with the day where they say one.
    Done,
    Answer,
    Category,
    Township,
    Village,
    Address,
    Lead,
    Assists,
    /// 主办, 协办, 转办: whether the township leads.
    Part,
    Solved,
    Satisfied,
    Source,
    /// In which round it is: how often it was begun anew, and once more.
    Round,
    RoundBegan,
}

impl Field {
    pub const ALL: [Self; 20] = [
        Self::Number,
        Self::Title,
        Self::Detail,
        Self::Began,
        Self::Due,
        Self::Ended,
        Self::Done,
        Self::Answer,
        Self::Category,
        Self::Township,
        Self::Village,
        Self::Address,
        Self::Lead,
        Self::Assists,
        Self::Part,
        Self::Solved,
        Self::Satisfied,
        Self::Source,
        Self::Round,
        Self::RoundBegan,
    ];

    /// The word of a map.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Title => "title",
            Self::Detail => "detail",
            Self::Began => "began",
            Self::Due => "due",
            Self::Ended => "ended",
            Self::Done => "done",
            Self::Answer => "answer",
            Self::Category => "category",
            Self::Township => "township",
            Self::Village => "village",
            Self::Address => "address",
            Self::Lead => "lead",
            Self::Assists => "assists",
            Self::Part => "part",
            Self::Solved => "solved",
            Self::Satisfied => "satisfied",
            Self::Source => "source",
            Self::Round => "round",
            Self::RoundBegan => "round_began",
        }
    }
}

/// Words in the name of a column by which offices mean a field, the most telling first. The fields whose words say
/// most stand first: a column is one field's alone.
const USUAL: [(Field, &[&str]); 18] = [
    (Field::Number, &["编号", "单号", "流水号", "序号"]),
    (Field::Due, &["时限", "期限", "截止", "到期"]),
    (Field::Ended, &["办结时间", "答复时间", "回复时间", "完成时间", "办结日期", "答复日期"]),
    (Field::RoundBegan, &["重办时间", "本轮开始", "本轮交办"]),
    (Field::Round, &["办理轮次", "第几次", "轮次"]),
    (
        Field::Began,
        &["受理", "登记时间", "交办", "来信时间", "留言时间", "来电时间", "时间", "日期"],
    ),
    (Field::Solved, &["是否解决", "解决情况"]),
    (Field::Satisfied, &["满意"]),
    (Field::Assists, &["配合", "协办"]),
    (Field::Lead, &["牵头", "主办单位", "承办单位", "责任单位", "办理单位"]),
    (Field::Category, &["分类", "类别", "类型"]),
    (Field::Source, &["来源", "渠道"]),
    (Field::Township, &["乡镇", "街道"]),
    (Field::Village, &["村", "社区"]),
    (Field::Address, &["地址", "点位", "地点", "位置"]),
    (Field::Answer, &["答复", "回复", "办理情况", "办理结果", "进展"]),
    (Field::Title, &["标题", "主题", "题目", "事项", "说的事", "主要内容"]),
    (Field::Detail, &["详情", "内容", "描述"]),
];

/// What somebody said of a table that no layout knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub system: String,
    pub playbook: String,
    pub category: Option<String>,
    pub columns: BTreeMap<Field, String>,
    /// Numbers begin anew in every table.
    pub anew: bool,
}

/// How a table is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The short name of the system from which the matters come.
    pub system: String,
    /// The kind of matter that they become.
    pub playbook: String,
    /// How they came, where no column says it.
    pub source: Option<String>,
    /// What they are about, where no column says it.
    pub category: Option<String>,
    /// Where they are, where no column says it: a code of twelve digits, or `county`.
    pub division: Option<String>,
    /// The year of dates that name none.
    pub year: Option<i16>,
    /// The fields by which a matter is the same in another file.
    pub identity: Vec<Field>,
    /// The fields without whose column the table is another one.
    #[serde(default)]
    pub needed: Vec<Field>,
    /// The number begins with the day, as 20220414000123 does.
    #[serde(default)]
    pub began_in_number: bool,
    pub columns: BTreeMap<Field, Vec<String>>,
    /// Columns that are kept as they stand, under a name.
    #[serde(default)]
    pub keep: BTreeMap<String, Vec<String>>,
    /// Their word for what it is about, and ours.
    #[serde(default)]
    pub categories: BTreeMap<String, String>,
    /// A word that stands in the source's column, and the source that it means.
    #[serde(default)]
    pub sources: BTreeMap<String, String>,
}

impl Layout {
    /// The city's hotline, as it hands out its orders.
    pub fn hotline() -> Result<Self, String> {
        Self::read("programmes/layouts/hotline.toml", HOTLINE)
    }

    /// The supervision ledger.
    pub fn tasks() -> Result<Self, String> {
        Self::read("programmes/layouts/tasks.toml", TASKS)
    }

    /// Service requests of the City of Chicago.
    pub fn requests() -> Result<Self, String> {
        Self::read("programmes/layouts/chicago_311.toml", REQUESTS)
    }

    /// A map that somebody wrote for a table.
    ///
    /// # Errors
    /// What is wrong in it, with its line; what contradicts itself.
    pub fn read(file: &str, text: &str) -> Result<Self, String> {
        let layout: Self = toml::from_str(text).map_err(|e| format!("{file}: {e}"))?;
        if layout.identity.is_empty() {
            return Err(format!("{file}: identity names no field by which a matter is the same"));
        }
        for field in layout.identity.iter().chain(&layout.needed) {
            if layout.columns.get(field).is_none_or(Vec::is_empty) {
                return Err(format!("{file}: {field:?} is asked for and has no column"));
            }
        }
        Ok(layout)
    }

    /// Without these no row is a matter.
    pub const NEEDED: [Field; 2] = [Field::Number, Field::Began];

    /// The layout of a table of which somebody said which column is what.
    pub fn of_columns(said: Said) -> Self {
        // Where numbers begin anew in every table, the day and the title tell one from another.
        let identity = if said.anew {
            let named = |field: &Field| said.columns.contains_key(field);
            [Field::Number, Field::Title, Field::Began].into_iter().filter(named).collect()
        } else {
            vec![Field::Number]
        };
        Self {
            system: said.system,
            playbook: said.playbook,
            source: None,
            category: said.category,
            division: Some("county".to_owned()),
            year: None,
            identity,
            needed: Self::NEEDED.into(),
            began_in_number: false,
            columns: said.columns.into_iter().map(|(field, name)| (field, vec![name])).collect(),
            keep: BTreeMap::new(),
            categories: BTreeMap::new(),
            sources: BTreeMap::new(),
        }
    }

    /// Which of these columns may be meant by which field: by the names that the shipped layouts know, else by the
    /// words that offices use. Somebody looks at it before it counts.
    pub fn guess(names: &[String]) -> BTreeMap<Field, &str> {
        let mut guessed: BTreeMap<Field, &str> = BTreeMap::new();
        let known = [Self::hotline(), Self::tasks()];
        for (field, called) in known.iter().flatten().flat_map(|layout| &layout.columns) {
            let name = called.iter().find_map(|called| names.iter().find(|name| *name == called));
            if let Some(name) = name.filter(|name| !guessed.values().any(|taken| taken == name)) {
                guessed.entry(*field).or_insert(name);
            }
        }
        for (field, words) in USUAL {
            let free = |name: &&String| !guessed.values().any(|taken| taken == name);
            let meant = |word: &&str| names.iter().filter(free).find(|name| name.contains(*word));
            if let Some(name) = words.iter().find_map(meant)
                && !guessed.contains_key(&field)
            {
                guessed.insert(field, name);
            }
        }
        guessed
    }

    /// Every name that a column may bear.
    pub fn names(&self) -> Vec<&str> {
        let of = self.columns.values().chain(self.keep.values()).flatten();
        let mut names: Vec<&str> = of.map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_shipped_layouts_read() {
        assert_eq!(Layout::hotline().unwrap().playbook, "hotline_order");
        assert_eq!(Layout::tasks().unwrap().playbook, "county_task");
        assert_eq!(Layout::requests().unwrap().system, "chicago-311");
    }

    #[test]
    fn the_columns_of_an_office_s_table_are_guessed_each_for_one_field() {
        let guess = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let guessed = Layout::guess(&names).into_iter();
            guessed.map(|(field, name)| (field, name.to_owned())).collect::<BTreeMap<_, _>>()
        };
        let letters = guess(&[
            "留言编号",
            "留言用户",
            "留言主题",
            "留言时间",
            "留言详情",
            "答复意见",
            "答复时间",
        ]);
        let of = |field| letters.get(&field).map(String::as_str);
        for (field, name) in [
            (Field::Number, "留言编号"),
            (Field::Title, "留言主题"),
            (Field::Began, "留言时间"),
            (Field::Detail, "留言详情"),
            (Field::Answer, "答复意见"),
            (Field::Ended, "答复时间"),
        ] {
            assert_eq!(of(field), Some(name));
        }
        assert_eq!(letters.len(), 6, "nothing else: {letters:?}");
        let hotline = guess(&["工单编号", "标题", "被反映街乡镇", "村社区", "办结时间"]);
        assert_eq!(hotline[&Field::Ended], "办结时间");
        assert_eq!(hotline[&Field::Village], "村社区");
        assert!(guess(&["甲", "乙"]).is_empty());
    }

    #[test]
    fn a_map_that_says_nonsense_is_refused_with_its_line() {
        let map = |text: &str| Layout::read("map.toml", text).unwrap_err();
        let unknown = map("system = \"a\"\nplaybook = \"a\"\nidentity = []\nyears = 3\n");
        assert!(unknown.contains("years"), "{unknown}");
        let text = "system = \"a\"\nplaybook = \"a\"\nidentity = [\"number\"]\n[columns]\n";
        assert!(map(text).contains("Number"), "{}", map(text));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// A map in which anything was changed is read, or refused by its name.
        #[test]
        fn a_map_is_read_or_refused(
            which in 0_usize..3, at in any::<prop::sample::Index>(), long in 0_usize..40, put in ".{0,12}",
        ) {
            let chars: Vec<char> = [HOTLINE, TASKS, REQUESTS][which].chars().collect();
            let at = at.index(chars.len());
            let (before, after) = (&chars[..at], &chars[(at + long).min(chars.len())..]);
            let text: String = before.iter().chain(put.chars().collect::<Vec<_>>().iter()).chain(after).collect();
            match Layout::read("map.toml", &text) {
                Ok(layout) => prop_assert!(!layout.identity.is_empty()),
                Err(why) => prop_assert!(why.starts_with("map.toml: "), "{why}"),
            }
        }
    }
}
