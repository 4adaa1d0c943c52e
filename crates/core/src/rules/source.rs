//! Where rules come from, in English. Laws and notices have no English title of their own here: these say
//! what each is, with the article.

use super::Rule;

/// The papers by their Chinese names, as they stand among the rules.
const PAPERS: [(&str, &str); 18] = [
    (
        "网络安全等级保护 三级 身份鉴别",
        "classified protection of cybersecurity, level 3, identity authentication",
    ),
    ("GB/T 30428 监督与处置分离", "GB/T 30428, supervision apart from disposal"),
    ("PLAYBOOKS 安全隐患", "PLAYBOOKS (hidden dangers)"),
    ("信访工作条例 第三十条", "Regulations on Letters and Visits, article 30"),
    ("济南市12345条例 第三十二条", "12345 Regulations of Jinan, article 32"),
    ("政府督查工作条例 第七条", "Regulations on Government Supervision, article 7"),
    ("山东12345 2 个工作日", "12345 rules of Shandong, two working days"),
    ("潍坊市12345条例 第二十二条", "12345 Regulations of Weifang, article 22"),
    ("DOMAIN 4 延期须在到期前申请", "DOMAIN 4 (an extension is asked for before the due day)"),
    (
        "北京市接诉即办工作条例 第十六条",
        "Regulations of Beijing on Swift Response to Complaints, article 16",
    ),
    (
        "北京市接诉即办工作条例 第二十三条",
        "Regulations of Beijing on Swift Response to Complaints, article 23",
    ),
    ("亳州谯城 2023", "Qiaocheng District, Bozhou, 2023"),
    ("DOMAIN 3 剔除", "DOMAIN 3 (left out of the rates)"),
    (
        "乡镇（街道）履行职责事项清单 上级收回",
        "lists of duties of townships and subdistricts, taken back by superiors",
    ),
    (
        "乡镇（街道）履行职责事项清单 配合履职",
        "lists of duties of townships and subdistricts, cooperating",
    ),
    ("网格服务事项准入清单", "entry list of grid services"),
    (
        "整治形式主义为基层减负若干规定",
        "Provisions on Curbing Formalism and Easing the Burden on the Grass Roots",
    ),
    ("机构编制工作条例", "Regulations on Institutional Establishment"),
];

impl Rule {
    /// [`Rule::source`] in English.
    pub fn source_en(self) -> String {
        let part = |part: &'static str| {
            let paper = PAPERS.iter().find(|(zh, _)| *zh == part);
            paper.map_or(part, |(_, en)| *en)
        };
        self.source().split("; ").map(part).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_its_english_and_every_paper_is_a_source() {
        for rule in Rule::ALL {
            let en = rule.source_en();
            assert!(en.chars().all(|c| !('\u{3000}'..='\u{9fff}').contains(&c)), "{en}");
            assert_eq!(en.split("; ").count(), rule.source().split("; ").count());
        }
        let sources: Vec<&str> = Rule::ALL.iter().flat_map(|r| r.source().split("; ")).collect();
        for (paper, _) in PAPERS {
            assert!(sources.contains(&paper), "{paper} is no source any more");
        }
    }
}
