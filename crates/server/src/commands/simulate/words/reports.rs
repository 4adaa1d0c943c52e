//! What residents, grid members and the hotline speak of, by category.

use super::{Told, Trouble, t, told};
use crate::commands::simulate::chance::Chance;

/// What is wrong in one category, where it may be, and what it means to people.
struct Subject {
    category: &'static str,
    /// Before the trouble in the title; nothing where it is not a matter of a spot.
    spots: &'static [&'static str],
    troubles: &'static [Trouble],
    effects: &'static [&'static str],
}

const BY_THE_ROAD: &[&str] = &["路口", "学校旁", "主街", "集市旁", "卫生室门前", "河边"];
const AT_HOME: &[&str] = &["东头", "西头", "老街", "学校旁", "主街后巷"];
const IN_THE_FIELDS: &[&str] = &["东边", "西边", "河湾", "北坡", "南冲"];
const NOWHERE: &[&str] = &[""];

const SUBJECTS: [Subject; 17] = [
    Subject {
        category: "road_bridge",
        spots: BY_THE_ROAD,
        troubles: &[
            t("桥护栏断了一截", "护栏已更换，装上反光条"),
            t("路面塌了一块", "已开挖回填，路面重新铺好"),
            t("桥头跳车", "桥头接缝已凿开重做"),
            t("路肩被雨水冲空", "已回填夯实，砌好边沟"),
            t("涵洞被淤泥堵住", "已清淤，过水正常"),
        ],
        effects: &["老人孩子走路不方便", "晚上看不清，怕出事", "来往车辆要绕行"],
    },
    Subject {
        category: "village_road",
        spots: IN_THE_FIELDS,
        troubles: &[
            t("通组路坑洼不平", "坑洼处已补平"),
            t("进村路路基松动", "路基已加固，铺了碎石"),
            t("田间便道被冲出一道沟", "已填沟并埋好过水管"),
            t("急弯处没有警示牌", "已装警示牌和反光镜"),
        ],
        effects: &["下雨就没法走", "收庄稼的车进不去", "孩子上学要绕路"],
    },
    Subject {
        category: "water_supply",
        spots: AT_HOME,
        troubles: &[
            t("自来水早晚没有水", "水泵已检修，早晚供水正常"),
            t("供水管漏水", "已更换破损管段"),
            t("自来水压力太低", "已调高水压并清洗滤网"),
            t("自来水发浑", "已冲洗管道，水样送检合格"),
        ],
        effects: &["附近十几户受影响", "做饭都成问题", "老人提水不方便"],
    },
    Subject {
        category: "street_lamp",
        spots: BY_THE_ROAD,
        troubles: &[
            t("路灯不亮", "已更换灯泡和控制器，夜里试亮正常"),
            t("路灯白天也亮", "定时器已调好"),
            t("灯杆歪了", "灯杆已扶正加固"),
            t("太阳能灯一闪一闪", "电池已更换"),
        ],
        effects: &["晚上看不清，怕出事", "放学晚的孩子害怕", "老人晚上不敢出门"],
    },
    Subject {
        category: "drainage",
        spots: BY_THE_ROAD,
        troubles: &[
            t("下水道堵了", "已疏通，污水不再外溢"),
            t("雨水箅子丢了一块", "已补装雨水箅子"),
            t("排水沟一下雨就满溢", "已清淤并加深沟底"),
            t("下水道返味", "已清掏并装好防臭装置"),
        ],
        effects: &["污水流到路上", "附近住户开不了窗", "怕孩子踩空"],
    },
    Subject {
        category: "rubbish",
        spots: BY_THE_ROAD,
        troubles: &[
            t("垃圾几天没有清运", "已清走，改为每天清运"),
            t("建筑垃圾堆到路边", "已清运，并告知施工户"),
            t("垃圾桶被翻倒", "已扶正清理，换了带盖的桶"),
            t("垃圾堆放点有异味", "已清走消毒"),
        ],
        effects: &["天热气味大", "影响大家出行", "招来苍蝇"],
    },
    Subject {
        category: "city_look",
        spots: &["主街", "集市口", "学校旁", "卫生院门前"],
        troubles: &[
            t("摊点占了人行道", "已劝导到市场内经营"),
            t("乱停车堵住巷口", "已挪走，画了禁停线"),
            t("广告牌破损快掉下来", "已拆除"),
        ],
        effects: &["行人只能走到路中间", "接送孩子的时候堵成一片", "从下面过提心吊胆"],
    },
    Subject {
        category: "building_safety",
        spots: AT_HOME,
        troubles: &[
            t("老房外墙掉砖", "已拆除松动部分并加固"),
            t("楼道栏杆松动", "栏杆已重新焊牢"),
            t("沿街雨棚锈断", "雨棚已拆换"),
            t("墙上裂缝变宽", "已鉴定，住户搬出，正在加固并留人看守"),
        ],
        effects: &["怕砸到人", "住着不踏实", "过路的人多"],
    },
    Subject {
        category: "farmland_water",
        spots: IN_THE_FIELDS,
        troubles: &[
            t("灌溉渠淤塞", "已清淤，水到田头"),
            t("塘坝渗水", "已开槽回填黏土"),
            t("提灌站水泵不转", "水泵已修好，试机正常"),
            t("闸门打不开", "闸门已检修上油，启闭正常"),
        ],
        effects: &["几十亩稻田等水", "再不下水秧就干了", "下游两个组都受影响"],
    },
    Subject {
        category: "environment",
        spots: IN_THE_FIELDS,
        troubles: &[
            t("河沟水面发黑", "已查到排口并封堵，水质在恢复"),
            t("加工作坊夜里有噪声", "已责令夜间停工，加装隔音"),
            t("养殖点气味重", "已清运粪污，加盖发酵"),
        ],
        effects: &["附近住户开不了窗", "夜里睡不好", "下游有人取水"],
    },
    Subject {
        category: "school",
        spots: NOWHERE,
        troubles: &[
            t("小学放学时校门口很挤", "已错时放学，增派人员值守"),
            t("学校围墙需要修补", "围墙已修补"),
            t("课后服务时间想问清楚", "学校已公布课后服务时间"),
        ],
        effects: &["家长都很着急", "孩子安全要紧"],
    },
    Subject {
        category: "health",
        spots: NOWHERE,
        troubles: &[
            t("卫生室开门时间不准", "已公布并按时开诊"),
            t("接种门诊排队太久", "已分时段预约"),
            t("慢病随访几个月没有来", "已补上随访，按月上门"),
        ],
        effects: &["老人跑空好几趟", "带孩子等一上午"],
    },
    Subject {
        category: "civil_aid",
        spots: NOWHERE,
        troubles: &[
            t("临时救助不知道怎么申请", "已上门帮助填表，救助金已发放"),
            t("高龄补贴两个月没有到账", "账号已更正，补贴已补发"),
            t("残疾人补贴材料退回来了", "已帮助补齐材料并重新申报"),
        ],
        effects: &["家里等着用", "老人自己说不清楚"],
    },
    Subject {
        category: "labour_pay",
        spots: NOWHERE,
        troubles: &[
            t("工地工钱拖了没有结清", "已督促结清"),
            t("加班费结算对不上", "已对账补发差额"),
            t("临时用工没有书面凭据", "已补签用工凭据并登记"),
        ],
        effects: &["家里等着用", "问了几次都说再等等"],
    },
    Subject {
        category: "food_market",
        spots: &["集市", "主街", "学校旁"],
        troubles: &[
            t("摊位没有明码标价", "已现场改正，全部标价"),
            t("小餐馆卫生差", "已责令整改，复查合格"),
            t("散装食品短斤少两", "已校秤并处罚"),
        ],
        effects: &["买东西心里没底", "学生常去吃"],
    },
    Subject {
        category: "forest",
        spots: IN_THE_FIELDS,
        troubles: &[
            t("护林路口没有人值守", "已安排人员轮值"),
            t("林边枯枝堆得很多", "枯枝已清走"),
            t("防火水池干了", "水池已修补蓄满"),
        ],
        effects: &["上坟的人多，怕起火", "天干物燥"],
    },
    Subject {
        category: "neighbour_dispute",
        spots: NOWHERE,
        troubles: &[
            t("两家为地界说不拢", "双方已重新丈量，签了协议"),
            t("门前排水流到邻家", "已改道排水，双方和解"),
            t("邻家树枝伸过院墙", "已商定修剪，双方满意"),
        ],
        effects: &["吵过几回了", "想请人来说和说和"],
    },
];

const SINCE: [&str; 6] = [
    "前天发现的",
    "有一个多星期了",
    "下雨以后就这样",
    "上个月也反映过",
    "今天早上看到的",
    "断断续续有半个月",
];
const WISHES: [&str; 4] =
    ["请派人来看看", "希望尽快处理", "请告诉我们什么时候能好", "麻烦安排一下"];

/// A resident's words on a category, at a place.
pub(in super::super) fn report(chance: &mut Chance, category: &str, place: &str) -> Told {
    let subject = SUBJECTS.iter().find(|s| s.category == category).unwrap_or(&SUBJECTS[0]);
    let spot = chance.word(subject.spots);
    let trouble = chance.of(subject.troubles).unwrap_or(&subject.troubles[0]);
    let title = format!("{place}{spot}{}", trouble.said);
    let effect = chance.word(subject.effects);
    let (since, wish) = (chance.word(&SINCE), chance.word(&WISHES));
    told(title, format!("{}，{since}，{effect}。{wish}。", trouble.said), trouble)
}

/// Whether there are words for the category.
pub(in super::super) fn speaks_of(category: &str) -> bool {
    SUBJECTS.iter().any(|subject| subject.category == category)
}
