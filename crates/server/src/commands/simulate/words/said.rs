//! Words that an act needs, by what they are for.

use crate::commands::simulate::fate::Kind;

pub(crate) const DECLINE: &[&str] = &[
    "所反映事项正在诉讼中，请通过法院途径解决",
    "同一事项已受理在办，请以先前编号查询",
    "所述地点不在本县，请向当地反映",
];
pub(crate) const ASK_AGAIN: &[&str] =
    &["不是同一件事，请再看一下", "没有打官司，请受理", "地点就在本县，补充了门牌"];
pub(crate) const ON_SPOT: &[&str] = &["已当场清理", "已当场扶正固定", "已当面说和"];
pub(crate) const MERGE: &[&str] = &["同一人同一件事报了两次", "登记重复，合并到先前一件"];
pub(crate) const UNMERGE: &[&str] = &["核对后不是同一处，恢复办理", "反映人说是另一件事"];
pub(crate) const UNLINK: &[&str] = &["现场查看是两处，各办各的", "原因不同，解除并案"];
pub(crate) const PART: &[&str] = &["分件由所在村（社区）落实"];
pub(crate) const MISLED: &[&str] =
    &["先请贵单位到现场看一下", "所在路段由贵单位巡查，请先核实", "就近先处理"];
pub(crate) const CALLED_FOR: &[&str] = &["现场需要贵单位到场牵头", "涉及贵单位职责，请牵头处置"];
pub(crate) const RETURN: &[&str] = &[
    "经核对权责清单，不属于本单位职责",
    "设施由其他单位管护，不归我们",
    "现场查看后确认不在管辖范围",
];
pub(crate) const ADJUDICATE: &[&str] =
    &["依权责清单指定承办", "经协商，由该单位牵头办理", "设施管护责任在该单位，指定承办"];
pub(crate) const MEETING: &[&str] = &["会商议定由该单位承办", "会商明确管护责任，列入权责清单建议"];
pub(crate) const OBJECT: &[&str] =
    &["设施产权不在本单位，请会商明确", "权责清单没有这一项，请会商"];
pub(crate) const OBJECT_TO_CHECK: &[&str] =
    &["核查当天因停电未能试亮，请复核", "回访对象不是原反映人，请复核"];
pub(crate) const PASS_ON: &[&str] = &["请到现场处理并报结果", "请按期办理", "请先摸清情况"];
pub(crate) const PASS_BACK: &[&str] = &["需要单位统一安排施工", "现场已看，超出我们的能力，交回"];
pub(crate) const SEND_BACK: &[&str] = &["写明哪天完成", "补充现场照片说明", "请写清办理经过再报"];
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
pub(crate) const SHELVE: &[&str] =
    &["需等水厂扩建后才能通水", "资金列入下半年计划", "用地手续未批，暂不具备条件"];
pub(crate) const REFER_UP: &[&str] = &["权限在市级，报请协调", "涉及市级管线，报请上级"];
pub(crate) const REFER_ACROSS: &[&str] = &["查实地点在邻县境内", "责任方在邻县，移送办理"];
pub(crate) const EXCLUDE: &[&str] =
    &["反映内容系不可抗力造成", "反映人已声明撤回诉求", "重复投诉，事实已查清"];
pub(crate) const REFUSED: &[&str] =
    &["理由不充分，请按期办理", "可以先采取临时措施", "材料不全，不予同意"];
pub(crate) const PLAN: &[&str] = &["工程量大，请按方案节点推进", "需经过汛期，分步完成"];
pub(crate) const NODE_DONE: &[&str] =
    &["本节点已完成", "按方案完成，转入下一步", "已完成并自查合格"];
pub(crate) const CONTROLLED: &[&str] =
    &["已拉警戒线，派人值守", "已关阀断电，人员撤离", "已封闭现场，设置警示"];
pub(crate) const MEET_AT: &[&str] = &["集市东口", "镇政府门前", "现场路口", "村部广场"];
pub(crate) const WHISTLE: &[&str] = &["请带人带设备到现场处置", "请到现场会商处置办法"];
pub(crate) const NOT_SATISFIED: &[&str] =
    &["来了没有动手处理", "只派了临时人员，做不了主", "处理一半就走了"];
pub(crate) const ANSWER: &[&str] =
    &["已处理完毕并清理现场", "已办结，并向反映人说明情况", "已处理好，增加巡查次数"];
pub(crate) const PARTLY: &[&str] =
    &["已处理主要部分，余下部分另行安排", "能办的已办好，其余需下一步解决"];
pub(crate) const GUIDED: &[&str] =
    &["一方不愿调解，已告知向法院起诉的办法", "已引导向有关部门申请"];
pub(crate) const EXPLAINED: &[&str] =
    &["已向反映人说明政策和办理途径", "已列入年度计划，告知时间安排"];
pub(crate) const UNTRUE: &[&str] = &["现场查看，所反映情况不存在", "经核实，情况与反映不符"];
pub(crate) const WITHDRAWN: &[&str] = &["双方自行和解，申请撤回", "反映人表示不再反映"];
pub(crate) const FAILED: &[&str] =
    &["现场查看，问题仍在", "只处理了一部分，请继续整改", "处理不牢固，需要返工"];
pub(crate) const PASSED: &[&str] = &["现场查看属实", "照单核对，已经完成", "随机走访，群众认可"];
pub(crate) const CALLED: &[&str] =
    &["反映人表示知晓结果", "反映人对办理速度表示认可", "反映人希望以后多巡查"];
pub(crate) const UNSOLVED: &[&str] = &["反映人表示问题没有解决", "反映人说又出现同样情况"];
pub(crate) const MISSED: &[&str] = &["无人接听", "号码暂时无法接通"];
pub(crate) const DESPITE: &[&str] =
    &["诉求超出政策范围，已书面答复并告知其他途径", "客观条件所限，已说明并列入观察"];
pub(crate) const REOPEN: &[&str] = &["几天后又出现同样问题", "反映人来电说没有彻底解决"];
pub(crate) const URGE: &[&str] = &["已超过时限，请抓紧办理", "请今天反馈进展"];
pub(crate) const ORDER: &[&str] = &["逾期未办结，请三日内办结并报告原因", "请主要负责人到现场督办"];
pub(crate) const NOTICE: &[&str] =
    &["本件办理情况通报各单位，请引以为戒", "本件办理较快，通报供参考"];
pub(crate) const COMMENT: &[&str] = &["已知悉", "请注意施工安全", "请同步告知所在村"];
pub(crate) const SPOT: &[&str] =
    &["现场看到有人在施工", "现场已经围挡", "现场还没有动静", "现场情况与所述一致"];
pub(crate) const WITHDRAW: &[&str] = &["无需再协办，撤回"];

/// The steps of a plan, by the kind of matter.
pub(crate) const fn nodes(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::EnterpriseNeed => &["对接企业，提出意见", "协调有关单位落实", "向企业反馈结果"],
        Kind::CountyTask => &["摸底排查，列出清单", "现场施工整改", "自查验收", "建立长效管护"],
        _ => &["现场勘查", "组织施工", "自查验收"],
    }
}
