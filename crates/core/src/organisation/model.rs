//! The records of which the organisation is made.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock::Limit;
use crate::ids::{DivisionCode, GridId, PostId, UnitId, UserId};

/// A statistical division (NBS vintage 2022). Its name is that of the vintage; places never change code here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Division {
    pub code: DivisionCode,
    pub name: String,
    pub level: Level,
    pub parent: Option<DivisionCode>,
}

/// The outline of a division: polygons of rings, the first ring of each the outer one, [longitude,
/// latitude] in 10⁻⁷ degrees (WGS84, which EPSG:4490 equals to a decimetre).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    pub division: DivisionCode,
    /// Not a legal boundary: derived, and labelled so wherever it is shown.
    #[serde(default)]
    pub approximate: bool,
    pub polygons: Vec<Vec<Vec<[i64; 2]>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Province,
    City,
    County,
    Township,
    Village,
}

/// The four lines of the county's structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// 顶线: the county.
    Top,
    /// 中线: townships and streets.
    Middle,
    /// 底线: villages, communities, grids.
    Bottom,
    /// 竖线: linked command.
    Vertical,
}

/// What the county may ask of a unit. Only `County` and `Dual` can be ordered; others get a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    County,
    Dual,
    Vertical,
    Enterprise,
    Social,
    Superior,
}

impl Unit {
    /// The units directly above: the one it belongs to, and for a station the one that commands it.
    pub fn superiors(&self) -> impl Iterator<Item = UnitId> {
        self.parent.into_iter().chain(self.commanded_by)
    }
}

impl Relation {
    /// Whether the county may dispatch to the unit; any other gets a request.
    pub const fn can_be_ordered(self) -> bool {
        matches!(self, Self::County | Self::Dual)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub id: UnitId,
    /// The code of the division whose own unit this is.
    pub code: Option<DivisionCode>,
    /// The short official name (县住建局).
    pub name: String,
    pub name_en: String,
    pub line: Line,
    pub relation: Relation,
    pub parent: Option<UnitId>,
    pub from: Date,
    /// The first day on which it no longer stands.
    pub to: Option<Date>,
    #[serde(default, skip_serializing_if = "Sort::is_ordinary")]
    pub sort: Sort,
    /// The township that commands a station day by day; the station belongs to its parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commanded_by: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub establishment: Option<Establishment>,
    /// How the county asks a unit that it cannot order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liaison: Option<Liaison>,
    /// Who goes on with its work once it is closed; the first takes what is open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<UnitId>,
}

/// What a unit is within the structure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Ordinary,
    /// 派驻站所: belongs to a department, commanded by a township.
    Station,
    /// 模块: a part of a township or village; the county chooses the names.
    Module,
}

impl Sort {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    const fn is_ordinary(&self) -> bool {
        matches!(self, Self::Ordinary)
    }
}

/// How many may hold posts of a unit (编制数).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Establishment {
    pub places: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<Beyond>,
}

impl Establishment {
    /// How many may hold posts there, with what a decision allows beyond the places.
    pub fn allowed(&self) -> u32 {
        self.places.saturating_add(self.beyond.as_ref().map_or(0, |beyond| beyond.more))
    }
}

/// A decision that allows more holders than there are places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beyond {
    pub more: u32,
    /// The number of the paper that allows it.
    pub paper: String,
    /// The post that allowed it.
    pub post: PostId,
    pub reason: String,
}

/// How a unit that the county cannot order is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Liaison {
    /// The county's post that carries requests to it.
    pub post: PostId,
    /// Within which it has agreed to answer.
    pub agreed: Limit,
}

/// What a post is for; the access table speaks of roles only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    CommandCentre,
    ClosingDesk,
    VerificationDesk,
    CallBackDesk,
    SupervisionClerk,
    SupervisionDeputy,
    SupervisionOfficer,
    SupervisionHead,
    CountyLeader,
    UnitHead,
    UnitStaff,
    TownshipHall,
    TownshipDeputy,
    VillageCommittee,
    GridChief,
    GridMember,
    GridPartTime,
    GridInstructor,
    /// 乡镇综治中心: takes up disputes.
    GovernanceCentre,
    /// Its head, who closes them.
    GovernanceHead,
    /// 司法所: verifies a mediation, never mediates it.
    JusticeOffice,
    /// 县企业服务办: takes up the needs of enterprises.
    EnterpriseOffice,
    /// 首席服务员 of an enterprise.
    ServiceOfficer,
    /// 安全监管检查岗 of a regulator: looks on the spot.
    Inspector,
    /// 应急值班室: takes up dangers of the county.
    EmergencyDesk,
    SystemAdmin,
    SecurityAdmin,
    Auditor,
}

impl Role {
    /// Whether the post answers for grids (一长三员).
    pub const fn is_of_grid(self) -> bool {
        matches!(
            self,
            Self::GridChief | Self::GridMember | Self::GridPartTime | Self::GridInstructor
        )
    }

    /// Whether only one person may hold such a post at a time; a desk may have several.
    pub const fn has_one_holder(self) -> bool {
        matches!(
            self,
            Self::UnitHead | Self::SupervisionHead | Self::TownshipDeputy | Self::GridChief
        )
    }

    /// Whether the post serves the township in which a matter lies.
    pub const fn is_of_township(self) -> bool {
        matches!(
            self,
            Self::TownshipHall
                | Self::TownshipDeputy
                | Self::GovernanceCentre
                | Self::GovernanceHead
        )
    }

    pub const ALL: [Role; 28] = [
        Role::CommandCentre,
        Role::ClosingDesk,
        Role::VerificationDesk,
        Role::CallBackDesk,
        Role::SupervisionClerk,
        Role::SupervisionDeputy,
        Role::SupervisionOfficer,
        Role::SupervisionHead,
        Role::CountyLeader,
        Role::UnitHead,
        Role::UnitStaff,
        Role::TownshipHall,
        Role::TownshipDeputy,
        Role::VillageCommittee,
        Role::GridChief,
        Role::GridMember,
        Role::GridPartTime,
        Role::GridInstructor,
        Role::GovernanceCentre,
        Role::GovernanceHead,
        Role::JusticeOffice,
        Role::EnterpriseOffice,
        Role::ServiceOfficer,
        Role::Inspector,
        Role::EmergencyDesk,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::Auditor,
    ];

    /// The name that files, API and access table use.
    pub const fn name(self) -> &'static str {
        match self {
            Role::CommandCentre => "command_centre",
            Role::ClosingDesk => "closing_desk",
            Role::VerificationDesk => "verification_desk",
            Role::CallBackDesk => "call_back_desk",
            Role::SupervisionClerk => "supervision_clerk",
            Role::SupervisionDeputy => "supervision_deputy",
            Role::SupervisionOfficer => "supervision_officer",
            Role::SupervisionHead => "supervision_head",
            Role::CountyLeader => "county_leader",
            Role::UnitHead => "unit_head",
            Role::UnitStaff => "unit_staff",
            Role::TownshipHall => "township_hall",
            Role::TownshipDeputy => "township_deputy",
            Role::VillageCommittee => "village_committee",
            Role::GridChief => "grid_chief",
            Role::GridMember => "grid_member",
            Role::GridPartTime => "grid_part_time",
            Role::GridInstructor => "grid_instructor",
            Role::GovernanceCentre => "governance_centre",
            Role::GovernanceHead => "governance_head",
            Role::JusticeOffice => "justice_office",
            Role::EnterpriseOffice => "enterprise_office",
            Role::ServiceOfficer => "service_officer",
            Role::Inspector => "inspector",
            Role::EmergencyDesk => "emergency_desk",
            Role::SystemAdmin => "system_admin",
            Role::SecurityAdmin => "security_admin",
            Role::Auditor => "auditor",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    pub id: PostId,
    pub unit: UnitId,
    pub name: String,
    pub name_en: String,
    pub role: Role,
    /// The grids of a grid post; empty for all others. One post may cover several.
    #[serde(default)]
    pub grids: Vec<GridId>,
    pub from: Date,
    pub to: Option<Date>,
}

/// In which way somebody acts for a post; the order is the order of resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holding {
    Holder,
    /// 授权代理: by date, named by the holder or the unit.
    Deputy,
    /// B岗.
    Second,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appointment {
    pub post: PostId,
    pub user: UserId,
    pub holding: Holding,
    pub from: Date,
    pub to: Option<Date>,
    /// The post that a deputy holds in the own name: who no longer holds it does not act for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<PostId>,
}
