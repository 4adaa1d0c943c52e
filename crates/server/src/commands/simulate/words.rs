//! What people write in the simulation. Every sentence is composed of these parts; no real person, no
//! real event.

use super::chance::Chance;

/// What may be wrong, by category: with what, and how.
const TROUBLES: [(&str, &[&str], &[&str]); 17] = [
    (
        "road_bridge",
        &["桥护栏", "路面", "桥头接缝", "路肩", "涵洞"],
        &["断了一截", "塌了一块", "开裂", "被车轧坏", "下雨就积水"],
    ),
    (
        "village_road",
        &["通组路", "进村路", "田间便道", "会车处"],
        &["坑洼不平", "路基松动", "没有警示牌", "被冲出一道沟"],
    ),
    (
        "water_supply",
        &["自来水", "供水管", "二次供水泵", "水表井"],
        &["早晚没有水", "漏水", "水压太低", "水发浑"],
    ),
    ("street_lamp", &["路灯", "太阳能灯", "灯杆"], &["不亮", "白天也亮", "歪了", "一闪一闪"]),
    ("drainage", &["下水道", "雨水箅子", "排水沟"], &["堵了", "返味", "盖板缺失", "一下雨就满溢"]),
    (
        "rubbish",
        &["垃圾桶", "垃圾堆放点", "建筑垃圾"],
        &["几天没有清运", "堆到路边", "有异味", "被翻倒"],
    ),
    (
        "city_look",
        &["占道摊点", "乱停车辆", "破损广告牌"],
        &["挡住人行道", "堵住巷口", "随时会掉下来"],
    ),
    (
        "building_safety",
        &["老房外墙", "楼道栏杆", "沿街雨棚"],
        &["掉砖", "松动", "锈断", "裂缝变宽"],
    ),
    ("farmland_water", &["灌溉渠", "塘坝", "提灌站"], &["渗水", "淤塞", "水泵不转", "闸门打不开"]),
    (
        "environment",
        &["河沟", "加工作坊", "养殖点"],
        &["水面发黑", "夜里有噪声", "气味重", "排水发白"],
    ),
    ("school", &["校门口", "学校围墙", "课后服务"], &["放学时很挤", "需要修补", "时间想问清楚"]),
    ("health", &["卫生室", "接种门诊", "慢病随访"], &["开门时间不准", "排队太久", "几个月没有来"]),
    (
        "civil_aid",
        &["临时救助", "高龄补贴", "残疾人补贴"],
        &["不知道怎么申请", "没有到账", "材料退回来了"],
    ),
    (
        "labour_pay",
        &["工地工钱", "临时用工款", "加班费"],
        &["拖了没有结清", "结算对不上", "没有书面凭据"],
    ),
    ("food_market", &["集市摊位", "小餐馆", "散装食品"], &["没有明码标价", "卫生差", "短斤少两"]),
    ("forest", &["护林路口", "林边枯枝", "防火水池"], &["没有人值守", "堆得很多", "干了"]),
    (
        "neighbour_dispute",
        &["两家地界", "门前排水", "树枝过界"],
        &["有争议", "说不拢", "想请人来调解"],
    ),
];

const SPOTS: [&str; 10] = [
    "村口",
    "学校旁",
    "卫生室门前",
    "河边",
    "主街",
    "广场边",
    "组里拐弯处",
    "集市旁",
    "文化站门前",
    "老井旁",
];
const SINCE: [&str; 6] = [
    "前天发现的",
    "有一个多星期了",
    "下雨以后就这样",
    "上个月也反映过",
    "今天早上看到的",
    "断断续续有半个月",
];
const EFFECTS: [&str; 6] = [
    "老人孩子走路不方便",
    "晚上看不清，怕出事",
    "附近十几户受影响",
    "来往车辆要绕行",
    "影响做生意",
    "大家都盼着早点解决",
];
const WISHES: [&str; 4] =
    ["请派人来看看", "希望尽快处理", "请告诉我们什么时候能好", "麻烦安排一下"];

/// A resident's title and detail.
pub(super) fn report(chance: &mut Chance, category: &str, place: &str) -> (String, String) {
    let (_, things, troubles) =
        TROUBLES.iter().find(|(id, ..)| *id == category).unwrap_or(&TROUBLES[0]);
    let (thing, trouble) = (chance.word(things), chance.word(troubles));
    let title = format!("{place}{}{thing}{trouble}", chance.word(&SPOTS));
    let (since, effect, wish) = (chance.word(&SINCE), chance.word(&EFFECTS), chance.word(&WISHES));
    (title, format!("{thing}{trouble}，{since}，{effect}。{wish}。"))
}

/// The categories that residents speak of, with how often.
pub(super) const CATEGORIES: [(u32, &str); 17] = [
    (16, "road_bridge"),
    (9, "village_road"),
    (13, "water_supply"),
    (8, "street_lamp"),
    (7, "drainage"),
    (9, "rubbish"),
    (6, "city_look"),
    (3, "building_safety"),
    (5, "farmland_water"),
    (4, "environment"),
    (3, "school"),
    (3, "health"),
    (4, "civil_aid"),
    (2, "labour_pay"),
    (2, "food_market"),
    (2, "forest"),
    (4, "neighbour_dispute"),
];

const TOPICS: [&str; 10] = [
    "背街小巷路面修补",
    "农村饮水管网检修",
    "校车线路隐患排查",
    "秋冬季防火检查",
    "养老服务站点建设",
    "河道清淤扫尾",
    "集镇停车位划线",
    "危旧房屋再排查",
    "惠农补贴公示核对",
    "便民服务窗口延时服务",
];
const ASKED: [&str; 4] = [
    "摸清底数，列出清单，逐项落实",
    "明确责任人和完成时间",
    "按时完成并报告结果",
    "先易后难，边排查边整改",
];

/// A county task's title and the extract of the decision.
pub(super) fn task(chance: &mut Chance) -> (String, String) {
    let topic = chance.word(&TOPICS);
    (format!("落实会议议定事项：{topic}"), format!("{topic}：{}。", chance.word(&ASKED)))
}

/// Words that an act needs, by what they are for.
pub(super) mod said {
    pub(crate) const DECLINE: &[&str] = &[
        "所反映事项正在诉讼中，请通过法院途径解决",
        "同一事项已受理在办，请以先前编号查询",
        "所述地点不在本县，请向当地反映",
    ];
    pub(crate) const MISLED: &[&str] =
        &["先请贵单位到现场看一下", "所在路段由贵单位巡查，请先核实", "就近先处理"];
    pub(crate) const RETURN: &[&str] = &[
        "经核对权责清单，不属于本单位职责",
        "设施由其他单位管护，不归我们",
        "现场查看后确认不在管辖范围",
    ];
    pub(crate) const ADJUDICATE: &[&str] =
        &["依权责清单指定承办", "经协商，由该单位牵头办理", "设施管护责任在该单位，指定承办"];
    pub(crate) const PROGRESS: &[&str] = &[
        "已到现场查看，正在拟定处理办法",
        "材料已订，等待到货",
        "施工队已进场",
        "已与有关户沟通，达成初步意见",
        "完成一半，继续推进",
        "已列入本周维修计划",
    ];
    pub(crate) const ASSISTED: &[&str] =
        &["已配合现场处置", "已做好群众解释和秩序维护", "协办事项已完成"];
    pub(crate) const PAUSE: &[&str] =
        &["连续阴雨，无法施工", "等待上级批复", "当事人外出，约定返回后办理"];
    pub(crate) const EXTEND: &[&str] =
        &["混凝土需要养护", "配件需要定制", "涉及几家单位，需要再协调一次"];
    pub(crate) const REFUSED: &[&str] = &["理由不充分，请按期办理", "可以先采取临时措施，不宜顺延"];
    pub(crate) const ANSWER: &[&str] = &[
        "已修复并清理现场",
        "已更换损坏部件，试用正常",
        "已清运干净，增加巡查次数",
        "已加固处理并设置警示牌",
        "已办结，并向反映人说明情况",
    ];
    pub(crate) const EXPLAINED: &[&str] =
        &["已向反映人说明政策和办理途径", "已列入年度计划，告知时间安排", "已引导向有关部门申请"];
    pub(crate) const FAILED: &[&str] =
        &["现场查看，问题仍在", "只处理了一部分，请继续整改", "处理不牢固，需要返工"];
    pub(crate) const PASSED: &[&str] =
        &["现场查看属实", "照单核对，已经完成", "随机走访，群众认可"];
    pub(crate) const CALLED: &[&str] =
        &["反映人表示知晓结果", "反映人对办理速度表示认可", "反映人希望以后多巡查"];
    pub(crate) const UNSOLVED: &[&str] = &["反映人表示问题没有解决", "反映人说又出现同样情况"];
    pub(crate) const MISSED: &[&str] = &["无人接听", "号码暂时无法接通"];
    pub(crate) const DESPITE: &[&str] =
        &["诉求超出政策范围，已书面答复并告知其他途径", "客观条件所限，已说明并列入观察"];
    pub(crate) const REOPEN: &[&str] = &["几天后又出现同样问题", "反映人来电说没有彻底解决"];
    pub(crate) const URGE: &[&str] = &["已超过时限，请抓紧办理", "请今天反馈进展"];
    pub(crate) const COMMENT: &[&str] = &["已知悉", "请注意施工安全", "请同步告知所在村"];
    pub(crate) const SPOT: &[&str] =
        &["现场看到有人在施工", "现场已经围挡", "现场还没有动静", "现场情况与所述一致"];
    pub(crate) const WITHDRAW: &[&str] = &["无需再协办，撤回"];
}
