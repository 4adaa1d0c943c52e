//! 商城县 with somebody in every post, and a few people in two.

use std::sync::LazyLock;

use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, PostId, UnitId};
use zongheng_core::matter::Actor;
use zongheng_core::organisation::files::Keys;
use zongheng_core::organisation::{Appointment, Holding};
use zongheng_core::time::At;

use crate::shangcheng::{self, Act, FILES, folded, holder, person};

// Actors are posts, by the keys of the county's files.
pub(crate) const CENTRE: &str = "command_centre/command";
pub(crate) const CLOSING: &str = "command_centre/closing";
pub(crate) const VERIFICATION: &str = "command_centre/verification";
pub(crate) const CALL_BACK: &str = "command_centre/call_back";
pub(crate) const SUPERVISION_HEAD: &str = "supervision_office/head";
pub(crate) const SUPERVISION_DEPUTY: &str = "supervision_office/deputy";
pub(crate) const SUPERVISION_CLERK: &str = "supervision_office/clerk";
pub(crate) const SUPERVISION_OFFICER: &str = "supervision_office/officer";
pub(crate) const LEADER: &str = "county/leader";
pub(crate) const TRANSPORT: &str = "county_transport/head";
pub(crate) const TRANSPORT_STAFF: &str = "county_transport/staff";
pub(crate) const HIGHWAY: &str = "highway/head";
pub(crate) const HOUSING: &str = "county_housing/head";
pub(crate) const HOUSING_STAFF: &str = "county_housing/staff";
/// 鄢岗镇, in which 曹寨村 lies.
pub(crate) const HALL: &str = "411524102000/hall";
pub(crate) const DEPUTY: &str = "411524102000/deputy";
pub(crate) const OTHER_HALL: &str = "411524101000/hall";
pub(crate) const OTHER_DEPUTY: &str = "411524101000/deputy";
pub(crate) const VILLAGE: &str = "411524102202/committee";
pub(crate) const OTHER_VILLAGE: &str = "411524102201/committee";
pub(crate) const GRID_CHIEF: &str = "411524102202001/chief";
pub(crate) const GRID_MEMBER: &str = "411524102202001/member";
pub(crate) const TRANSPORT_INSPECTOR: &str = "county_transport/inspector";
pub(crate) const HOUSING_INSPECTOR: &str = "county_housing/inspector";
pub(crate) const EMERGENCY: &str = "emergency/head";
pub(crate) const EMERGENCY_DESK: &str = "emergency/duty";
pub(crate) const EMERGENCY_INSPECTOR: &str = "emergency/inspector";
pub(crate) const ENTERPRISE_DESK: &str = "enterprise_office/desk";
pub(crate) const SERVICE_OFFICER: &str = "enterprise_office/officer";
pub(crate) const JUSTICE_OFFICE: &str = "justice/offices";
pub(crate) const GOVERNANCE: &str = "411524102000/governance";
pub(crate) const GOVERNANCE_HEAD: &str = "411524102000/governance_head";
pub(crate) const SYSTEM_ADMIN: &str = "government_office/system_admin";

pub(crate) const PLACE: &str = "411524102202";
pub(crate) const TOWNSHIP: &str = "411524102000";

/// Every kind of matter.
pub(crate) const KINDS: [&str; 8] = [
    "resident_report",
    "county_task",
    "hotline_order",
    "grid_finding",
    "whistle",
    "dispute",
    "enterprise_need",
    "hidden_danger",
];

/// One person in two posts: separation looks at the person, not at the post. The post that the person
/// holds, and the one in which the same person is the second.
pub(crate) const STAND_INS: [(&str, &str); 5] = [
    (TRANSPORT_STAFF, VERIFICATION),
    (HOUSING_STAFF, CLOSING),
    (TRANSPORT_STAFF, CENTRE),
    (HOUSING_STAFF, SUPERVISION_OFFICER),
    (TRANSPORT_STAFF, TRANSPORT_INSPECTOR),
];

pub(crate) struct World {
    pub(crate) county: County,
    keys: &'static Keys,
}

/// The acts with which its ledger begins.
pub(crate) static ACTS: LazyLock<Vec<Act>> = LazyLock::new(|| {
    let second = |(who, post): (&str, &str)| Appointment {
        user: person(who),
        holding: Holding::Second,
        ..holder(post)
    };
    let everybody = FILES.keys.posts.keys().map(|key| holder(key));
    let people = everybody.chain(STAND_INS.map(second)).collect();
    let appointed = shangcheng::appointed(&shangcheng::COUNTY.organisation, people).unwrap();
    [shangcheng::BEGINNING.clone(), appointed].concat()
});

pub(crate) static WORLD: LazyLock<World> =
    LazyLock::new(|| World { county: folded(&ACTS), keys: &FILES.keys });

impl World {
    pub(crate) fn unit(&self, key: &str) -> UnitId {
        self.keys.units[key]
    }

    pub(crate) fn post(&self, key: &str) -> PostId {
        self.keys.posts[key]
    }

    /// The key of a post.
    pub(crate) fn key_of(&self, post: PostId) -> String {
        self.keys.posts.iter().find(|(_, id)| **id == post).unwrap().0.clone()
    }

    /// The keys of a unit's own posts.
    pub(crate) fn posts_of(&self, unit: &str) -> Vec<String> {
        let own = |key: &&String| key.rsplit_once('/').is_some_and(|(of, _)| of == unit);
        self.keys.posts.keys().filter(own).cloned().collect()
    }

    /// The holder of a post.
    pub(crate) fn actor(&self, key: &str, now: At) -> Actor {
        self.stand_in(key, key, now)
    }

    /// Somebody else in the post: a deputy or second.
    pub(crate) fn stand_in(&self, holder: &str, key: &str, now: At) -> Actor {
        self.county.actor(person(holder), self.post(key), now).unwrap()
    }
}

pub(crate) fn division(code: &str) -> DivisionCode {
    DivisionCode::from(code)
}
