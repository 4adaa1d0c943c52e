//! The words of the kinds of matter that are no resident's report: tasks, whistles, disputes, needs of
//! enterprises, dangers.

use super::{Told, Trouble, t, told};
use crate::commands::simulate::chance::Chance;

/// What is decided, by the category whose unit then leads.
const TASKS: [(&str, Trouble); 10] = [
    ("city_look", t("背街小巷路面修补", "十二条小巷已修补完毕")),
    ("water_supply", t("农村饮水管网检修", "管网已检修一遍，更换旧管三公里")),
    ("school", t("校车线路隐患排查", "线路已排查，七处隐患全部整改")),
    ("forest", t("秋冬季防火检查", "检查完毕，隐患已清零")),
    ("civil_aid", t("养老服务站点建设", "站点已建成开放")),
    ("farmland_water", t("河道清淤扫尾", "清淤完成，验收合格")),
    ("city_look", t("集镇停车位划线", "车位已划好")),
    ("building_safety", t("危旧房屋再排查", "已再排查一遍，住户全部安置")),
    ("civil_aid", t("惠农补贴公示核对", "已核对公示，无异议")),
    ("work_safety", t("工矿企业汛前安全检查", "检查完毕，问题全部整改")),
];
const ASKED: [&str; 4] = [
    "摸清底数，列出清单，逐项落实",
    "明确责任人和完成时间",
    "按时完成并报告结果",
    "先易后难，边排查边整改",
];

/// A county task and the extract of the decision.
pub(in super::super) fn task(chance: &mut Chance, source: &str) -> Told {
    let (about, trouble) = chance.of(&TASKS).unwrap_or(&TASKS[0]);
    let topic = trouble.said;
    let title = match source {
        "leader" => format!("落实县领导批示：{topic}"),
        "supervision" => format!("督查整改事项：{topic}"),
        _ => format!("落实会议议定事项：{topic}"),
    };
    let detail = format!("{topic}：{}。", chance.word(&ASKED));
    Told { about: Some(about), ..told(title, detail, trouble) }
}

/// What a township whistles for, by category.
const WHISTLES: [(&str, Trouble); 6] = [
    ("city_look", t("集市占道经营屡劝不改", "摊位已移入市场，路面腾空")),
    ("city_look", t("沿街私搭雨棚挡住消防通道", "雨棚已拆，通道畅通")),
    ("building_safety", t("老旧楼外墙脱落需要联合处置", "已围挡加固，住户临时安置")),
    ("food_market", t("集市肉类摊点检疫票证不全", "已现场查验，问题肉品下架")),
    ("environment", t("塑料加工点夜间焚烧", "已当场取缔，设备清走")),
    ("drainage", t("集镇主街污水管破裂外溢", "已抢修，污水清理干净")),
];

/// The category of a whistle and its words.
pub(in super::super) fn whistle(chance: &mut Chance, place: &str) -> (&'static str, Told) {
    let (category, trouble) = chance.of(&WHISTLES).unwrap_or(&WHISTLES[0]);
    let title = format!("{place}{}", trouble.said);
    let detail = format!("{}，一家解决不了，请有关单位到现场。", trouble.said);
    (category, told(title, detail, trouble))
}

const DISPUTES: [Trouble; 8] = [
    t("两家为宅基地界起争执", "双方重新丈量定界，签了协议"),
    t("邻家屋檐水滴到院里", "已改装檐沟，双方和解"),
    t("承包地田埂被占一尺", "田埂已恢复，双方握手言和"),
    t("合伙买的农机怎么分说不拢", "折价补偿，协议已签"),
    t("砍树砸坏邻家院墙", "已赔偿修墙，双方签字"),
    t("借款到期没有还", "约定分三期归还，已签协议"),
    t("两家为放水先后争吵", "定下轮灌次序，双方同意"),
    t("兄弟为赡养老人推诿", "已商定轮流赡养，老人满意"),
];
const SOUGHT: [&str; 3] = ["说了几次说不拢，想请人调解", "两边都有气，怕闹大", "请帮忙主持公道"];

pub(in super::super) fn dispute(chance: &mut Chance, place: &str) -> Told {
    let trouble = chance.of(&DISPUTES).unwrap_or(&DISPUTES[0]);
    let detail = format!("{}，{}。", trouble.said, chance.word(&SOUGHT));
    told(format!("{place}{}", trouble.said), detail, trouble)
}

const NEEDS: [Trouble; 8] = [
    t("茶叶加工厂扩建用电容量不够", "已协调增容，新变压器投用"),
    t("工业园区门前道路货车进出难", "路口已拓宽，限高杆已移位"),
    t("企业招不到熟练缝纫工", "已组织两场招聘，到岗二十六人"),
    t("环评手续想问办到哪一步", "手续已办结，批复已送达"),
    t("园区污水管接不进去", "支管已接通"),
    t("贷款到期想续贷", "已对接银行，续贷办妥"),
    t("厂区职工子女入学", "已协调就近入学"),
    t("惠企补贴申报材料不清楚", "已上门辅导，申报成功"),
];

pub(in super::super) fn need(chance: &mut Chance) -> Told {
    let trouble = chance.of(&NEEDS).unwrap_or(&NEEDS[0]);
    let detail = format!("{}，影响生产，盼着给个准信。", trouble.said);
    told(trouble.said.to_owned(), detail, trouble)
}

/// Dangers by category; each category is that of a regulator with inspectors.
const DANGERS: [(&str, Trouble); 8] = [
    ("gas_safety", t("小餐馆煤气软管老化漏气", "已更换软管和阀门，装好报警器")),
    ("gas_safety", t("液化气瓶放在楼道", "气瓶已清出，告知住户")),
    ("work_safety", t("木材加工厂电线裸露", "线路已重新敷设穿管")),
    ("work_safety", t("烟花爆竹零售点超量存放", "超量部分已清走")),
    ("building_safety", t("自建房施工脚手架不牢", "脚手架已拆除重搭，验收合格")),
    ("building_safety", t("沿街招牌被风吹松", "招牌已拆除")),
    ("road_bridge", t("临水弯道护栏缺了一段", "护栏已装好，立了警示牌")),
    ("road_bridge", t("桥面塌了一个洞", "已封闭半幅抢修，恢复通行")),
];

/// The category of a danger and its words.
pub(in super::super) fn danger(
    chance: &mut Chance,
    place: &str,
    wanted: Option<&str>,
) -> (&'static str, Told) {
    let fits = |(category, _): &&(&str, Trouble)| wanted.is_none_or(|w| w == *category);
    let fitting: Vec<&(&'static str, Trouble)> = DANGERS.iter().filter(fits).collect();
    let (category, trouble) = chance.of(&fitting).copied().unwrap_or(&DANGERS[0]);
    let detail = format!("{}，随时可能出事，请马上来人。", trouble.said);
    (category, told(format!("{place}{}", trouble.said), detail, trouble))
}
