//! The model county: one unit for each relation, a matter that all of them have to do with, and
//! somebody new in a post of the role that is asked about.

use jiff::civil::{Date, date, time};
use uuid::Uuid;

use super::Relation;
use crate::calendar::Calendar;
use crate::ids::{ContentId, DivisionCode, GridId, MatterId, PostId, RequestId, UnitId, UserId};
use crate::ledger::{Hash, Source};
use crate::matter::{
    ActName, Actor, Context, Did, Dispatched, Envelope, Filed, Given, Kin, Matter, Owner, Part,
    Person, Place, PlaybookRef, Refusal, Reported, Reporter, Request, RequestAsked, RequestKind,
    Returned, State, Then, Versions, ever,
};
use crate::organisation::{
    Appointment, Division, Grid, Holding, Level, Line, Organisation, Organised, Post,
    Relation as Tie, Role, Sort, Unit,
};
use crate::playbook::{Catalogue, Clock, Grade, Playbook, Stage};
use crate::powers::Powers;
use crate::time::At;

const DAY: Date = date(2025, 3, 5);

// Units, by their numbers.
const COUNTY: u128 = 1;
const CENTRE: u128 = 2;
const SUPERVISION: u128 = 3;
const TOWNSHIP: u128 = 4;
const VILLAGE: u128 = 5;
const ABOVE: u128 = 6;
const LEAD: u128 = 7;
const BELOW: u128 = 8;
const ASSIST: u128 = 9;
const FORMER: u128 = 10;
const OUTSIDE: u128 = 11;
/// The desks of single kinds: for enterprises, for dangers, and the justice office.
const OFFICES: u128 = 12;

const UNITS: [(u128, Option<u128>, Option<&str>); 12] = [
    (COUNTY, None, Some("1")),
    (CENTRE, Some(COUNTY), None),
    (SUPERVISION, Some(COUNTY), None),
    (TOWNSHIP, Some(COUNTY), Some("11")),
    (VILLAGE, Some(TOWNSHIP), Some("111")),
    (ABOVE, Some(COUNTY), None),
    (LEAD, Some(ABOVE), None),
    (BELOW, Some(LEAD), None),
    (ASSIST, Some(COUNTY), None),
    (FORMER, Some(COUNTY), None),
    (OUTSIDE, Some(COUNTY), None),
    (OFFICES, Some(COUNTY), None),
];

const POSTS: [(u128, Role); 20] = [
    (COUNTY, Role::CountyLeader),
    (CENTRE, Role::CommandCentre),
    (CENTRE, Role::ClosingDesk),
    (CENTRE, Role::VerificationDesk),
    (CENTRE, Role::CallBackDesk),
    (SUPERVISION, Role::SupervisionClerk),
    (SUPERVISION, Role::SupervisionDeputy),
    (SUPERVISION, Role::SupervisionOfficer),
    (SUPERVISION, Role::SupervisionHead),
    (TOWNSHIP, Role::TownshipHall),
    (TOWNSHIP, Role::TownshipDeputy),
    (VILLAGE, Role::VillageCommittee),
    (TOWNSHIP, Role::GovernanceCentre),
    (TOWNSHIP, Role::GovernanceHead),
    (OFFICES, Role::JusticeOffice),
    (OFFICES, Role::EnterpriseOffice),
    (OFFICES, Role::ServiceOfficer),
    (OFFICES, Role::EmergencyDesk),
    (LEAD, Role::UnitHead),
    (LEAD, Role::Inspector),
];

const GRID: GridId = GridId(Uuid::from_u128(1));
const ELSEWHERE: GridId = GridId(Uuid::from_u128(2));
const NEW: u128 = 1000;

const fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(n))
}

const fn post(n: u128) -> PostId {
    PostId(Uuid::from_u128(n))
}

const fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

const fn content() -> ContentId {
    ContentId(Uuid::nil())
}

fn now() -> At {
    At::on(DAY, time(10, 0, 0, 0))
}

/// A matter at one of the desks of its kind.
pub(super) struct Model {
    organisation: Organisation,
    matter: Matter,
}

/// One model for each desk that the playbook names.
pub(super) fn models(playbook: &Playbook) -> Vec<Model> {
    let organisation = organisation();
    let desk = |role: Role| {
        let post = organisation.posts_with_role(role, DAY).next()?;
        let desk = Owner { unit: post.unit, post: Some(post.id) };
        Some(Model { organisation: organisation.clone(), matter: matter(playbook, desk) })
    };
    playbook.desk.iter().filter_map(|rule| desk(rule.role)).collect()
}

fn organisation() -> Organisation {
    let divisions = [("1", Level::County, None), ("11", Level::Township, Some("1"))];
    let division = |(code, level, parent): (&str, Level, Option<&str>)| Division {
        code: code.into(),
        name: code.to_owned(),
        level,
        parent: parent.map(DivisionCode::from),
    };
    let mut divisions = divisions.map(division).to_vec();
    divisions.push(division(("111", Level::Village, Some("11"))));
    let units = UNITS.map(|(n, parent, code)| Unit {
        id: unit(n),
        code: code.map(DivisionCode::from),
        name: n.to_string(),
        name_en: n.to_string(),
        line: Line::Top,
        relation: Tie::County,
        parent: parent.map(unit),
        from: DAY,
        to: None,
        sort: Sort::Ordinary,
        commanded_by: None,
        establishment: None,
        liaison: None,
        successors: Vec::new(),
    });
    let standing = |n: u128, of: u128, role: Role| Post {
        id: post(n),
        unit: unit(of),
        name: n.to_string(),
        name_en: n.to_string(),
        role,
        grids: Vec::new(),
        from: DAY,
        to: None,
    };
    let posts: Vec<Post> = (1..).zip(POSTS).map(|(n, (of, role))| standing(n, of, role)).collect();
    let appointments = posts.iter().map(|post| Appointment {
        post: post.id,
        user: UserId(post.id.0),
        holding: Holding::Holder,
        from: DAY,
        to: None,
        own: None,
    });
    let grid = Grid {
        id: GRID,
        code: "1111".to_owned(),
        name: "1111".to_owned(),
        division: "111".into(),
        ring: Vec::new(),
        demo: false,
        from: DAY,
        to: None,
        successors: Vec::new(),
    };
    let organised = Organised {
        appointments: appointments.collect(),
        divisions,
        units: units.to_vec(),
        posts,
        grids: vec![grid],
        ..Organised::default()
    };
    let mut organisation = Organisation::default();
    organisation.apply(&organised);
    organisation
}

/// Reported, filed and dispatched by the desk; one assisting unit has returned its share, the others
/// ask for more time.
fn matter(playbook: &Playbook, desk: Owner) -> Matter {
    let place = Place {
        division: "111".into(),
        township: Some("11".into()),
        grid: Some(GRID),
        point: None,
        address: None,
    };
    let envelope = |seq: u32, seat: Owner| Envelope {
        seq,
        at: now(),
        happened: None,
        source: Source::Live,
        by: seat.post.map_or(Person::System, |post| Person::User(UserId(post.0))),
        post: seat.post,
        unit: Some(seat.unit),
    };
    let reported = Reported {
        no: String::new(),
        playbook: PlaybookRef {
            id: playbook.id.clone(),
            version: playbook.version,
            hash: Hash::of(b""),
        },
        category: playbook.category.clone(),
        source: String::new(),
        urgent: false,
        place: place.clone(),
        title: content(),
        detail: None,
        form: Vec::new(),
        reporter: playbook.public.then_some(Reporter { contact: None, hidden: false }),
        against: None,
        desk,
        parent: None,
        apart_by: None,
        start: None,
        follows: None,
        outside: None,
        restricted: false,
        grade: None,
    };
    let first = envelope(1, Owner { unit: desk.unit, post: None });
    let mut matter = Matter::opened(
        MatterId(Uuid::nil()),
        &first,
        &reported,
        &Then::of(State::Reported, Some(desk)),
    );
    let lead = Owner { unit: unit(LEAD), post: None };
    let filed = Filed {
        category: playbook.category.clone().unwrap_or_else(|| "any".into()),
        source: String::new(),
        grade: Grade::Ordinary,
        place,
        repeat_of: None,
        desk,
    };
    let given = [ASSIST, FORMER].map(|n| Given { unit: unit(n), limit: None });
    let dispatched = Dispatched {
        lead: lead.unit,
        limit: None,
        assists: given.to_vec(),
        withdrawn: Vec::new(),
        reason: None,
        proposed: None,
        basis: None,
        deadline: None,
    };
    let returned =
        Returned { unit: unit(FORMER), part: Part::Assist, reason: content(), whose: None };
    let former = Owner { unit: unit(FORMER), post: None };
    let assist = Owner { unit: unit(ASSIST), post: None };
    let acts = [
        (desk, Did::Filed(Box::new(filed)), State::Filed),
        (desk, Did::Dispatched(dispatched), State::Dispatched),
        (former, Did::Returned(returned), State::Dispatched),
        (lead, asked(LEAD, Part::Lead), State::Dispatched),
        (assist, asked(ASSIST, Part::Assist), State::Dispatched),
    ];
    for (seq, (seat, did, state)) in (2..).zip(acts) {
        let owner = if state == State::Dispatched { lead } else { desk };
        matter.apply(&envelope(seq, seat), &did, &Then::of(state, Some(owner)));
    }
    matter
}

fn asked(by: u128, part: Part) -> Did {
    Did::ExtensionAsked(RequestAsked {
        request: Request {
            id: RequestId(Uuid::from_u128(by)),
            kind: RequestKind::Extend,
            by: unit(by),
            asker: Person::System,
            part: Some(part),
            asked: now(),
            reason: content(),
            until: None,
            stage: Some(Stage::Settle),
            due: Some(now()),
            decide_by: now(),
            deadline: 0,
            granted: None,
            lapsed: false,
            to: None,
            across: None,
            nodes: Vec::new(),
        },
    })
}

impl Model {
    /// Whether somebody new in a post of the role, in a unit of the relation, may ever do the act.
    pub(super) fn ask(
        &self,
        act: ActName,
        role: Role,
        relation: Relation,
        playbook: &Playbook,
    ) -> Result<(), Refusal> {
        let of = match relation {
            Relation::OwnDesk => {
                let mut own = self.organisation.posts_with_role(role, DAY);
                let own = own.find(|post| post.unit != unit(LEAD));
                own.map_or(self.matter.desk.unit, |post| post.unit)
            }
            Relation::Lead => unit(LEAD),
            Relation::Assist => unit(ASSIST),
            Relation::Former => unit(FORMER),
            Relation::Above => unit(ABOVE),
            Relation::Below => unit(BELOW),
            Relation::InScope => unit(VILLAGE),
            Relation::OutOfScope => unit(OUTSIDE),
        };
        let grid = if relation == Relation::OutOfScope { ELSEWHERE } else { GRID };
        let actor = Actor {
            person: Person::User(user(NEW)),
            post: Some(post(NEW)),
            unit: Some(of),
            role: Some(role),
            grids: if role.is_of_grid() { vec![grid] } else { Vec::new() },
            acting_for: None,
        };
        self.decide(act, &actor, playbook)
    }

    pub(super) fn ask_by_receipt(&self, act: ActName, playbook: &Playbook) -> Result<(), Refusal> {
        if !playbook.public {
            return Err(Refusal::Unknown);
        }
        self.decide(act, &Actor::by_receipt(), playbook)
    }

    fn decide(&self, act: ActName, actor: &Actor, playbook: &Playbook) -> Result<(), Refusal> {
        let clock = Clock {
            id: playbook.clock.clone(),
            version: 1,
            name: String::new(),
            name_en: String::new(),
            stages: Vec::new(),
        };
        let none = Hash::of(b"");
        let cx = Context {
            now: now(),
            actor,
            organisation: &self.organisation,
            powers: &Powers::default(),
            catalogue: &Catalogue::default(),
            calendar: &Calendar::unpublished(),
            playbook,
            clock: &clock,
            versions: &Versions { calendar: none, powers: none, clock: none },
            kin: Kin::NONE,
            exception: None,
        };
        ever(&self.matter, act, &cx)
    }
}
