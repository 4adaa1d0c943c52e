//! The county's files, carried in the binary, as checked configuration.

use jiff::civil::Date;
use zongheng_core::ids::{DivisionCode, PostId};
use zongheng_core::organisation::files::{self, Files, Keys, Source};
use zongheng_core::organisation::{Fault, Organisation, Organised, check};
use zongheng_core::powers::{self, Powers, PowersAdopted};

/// A county's configuration, ready to be recorded as acts. Ids are the same on every machine.
#[derive(Debug, Clone)]
pub(crate) struct CountyFiles {
    pub(crate) code: DivisionCode,
    /// Body of `organised`; see [`Organised::chunks`].
    pub(crate) organised: Organised,
    /// Body of `powers_adopted`; see [`PowersAdopted::chunks`].
    pub(crate) powers: PowersAdopted,
    /// The names by which the files speak of units, posts and grids.
    pub(crate) keys: Keys,
    /// What is not right but hinders nothing.
    pub(crate) warnings: Vec<Fault>,
}

macro_rules! file {
    ($name:literal) => {
        Source {
            name: concat!("counties/411524/", $name),
            text: include_str!(concat!("../../../counties/411524/", $name)),
        }
    };
}

/// The files of 商城县 as they were built in.
///
/// # Errors
///
/// Everything that is wrong with them, with file and row; the tests keep it at nothing.
pub(crate) fn shangcheng() -> Result<CountyFiles, Vec<Fault>> {
    let files = Files {
        divisions: file!("divisions.csv"),
        names_en: file!("names_en.csv"),
        boundary: file!("boundary.geojson"),
        townships: file!("townships_approx.geojson"),
        units: file!("units.toml"),
        posts: file!("posts.toml"),
        grids: file!("grids.geojson"),
    };
    read(&files, file!("powers.toml"))
}

/// The English name of one of the county's divisions, as the files have it; the ledger keeps those of
/// units alone.
pub(crate) fn division_en(code: &DivisionCode) -> Option<&'static str> {
    let rows = include_str!("../../../counties/411524/names_en.csv").lines();
    let mut rows = rows.filter_map(|row| row.split_once(','));
    rows.find(|(known, _)| *known == code.as_str()).map(|(_, name)| name.trim())
}

/// A county from its files.
///
/// # Errors
///
/// As [`shangcheng`]: first what cannot be read, then what does not hold together.
pub(crate) fn read(files: &Files<'_>, list: Source<'_>) -> Result<CountyFiles, Vec<Fault>> {
    let county = files::read(files)?;
    let checked = check(&Organisation::default(), &county.proposed)?;
    let mut organisation = Organisation::default();
    organisation.apply(&checked.organised);
    let powers = powers::read(list, &county.keys, &organisation)?;
    Ok(CountyFiles {
        code: county.code,
        organised: checked.organised,
        powers,
        keys: county.keys,
        warnings: checked.warnings,
    })
}

/// The demonstration's accounts and the posts that they hold: each role has one, in the order of the
/// walk.
pub(crate) const SHOWN: [(&str, &str); 29] = [
    ("command_centre", "command_centre/command"),
    ("closing_desk", "command_centre/closing"),
    ("verification_desk", "command_centre/verification"),
    ("call_back_desk", "command_centre/call_back"),
    ("supervision_clerk", "supervision_office/clerk"),
    ("supervision_deputy", "supervision_office/deputy"),
    ("supervision_officer", "supervision_office/officer"),
    ("supervision_office", "supervision_office/head"),
    ("county_leader", "county/leader"),
    ("county_transport", "county_transport/head"),
    ("county_housing", "county_housing/head"),
    ("unit_staff", "county_transport/staff"),
    ("township_hall", "411524102000/hall"),
    ("township_deputy", "411524102000/deputy"),
    ("village_committee", "411524102202/committee"),
    ("grid_chief", "411524102202001/chief"),
    ("grid_member", "411524102202001/member"),
    ("grid_part_time", "411524102202001/part_time"),
    ("grid_instructor", "411524102000/instructor"),
    ("governance_centre", "411524102000/governance"),
    ("governance_head", "411524102000/governance_head"),
    ("justice_office", "justice/offices"),
    ("enterprise_office", "enterprise_office/desk"),
    ("service_officer", "enterprise_office/officer"),
    ("emergency_desk", "emergency/duty"),
    ("inspector", "emergency/inspector"),
    ("system_admin", "government_office/system_admin"),
    ("security_admin", "committee_office/security_admin"),
    ("auditor", "audit/auditor"),
];

/// Those of them that get an API token (`--tokens`).
pub(crate) const ACCOUNTS: [&str; 16] = [
    "command_centre",
    "closing_desk",
    "verification_desk",
    "call_back_desk",
    "supervision_office",
    "county_leader",
    "county_transport",
    "county_housing",
    "township_hall",
    "township_deputy",
    "village_committee",
    "grid_chief",
    "grid_member",
    "system_admin",
    "security_admin",
    "auditor",
];

impl CountyFiles {
    /// The post that an account of [`SHOWN`] holds.
    pub(crate) fn post_of_account(&self, account: &str) -> Option<PostId> {
        let (_, key) = SHOWN.iter().find(|(name, _)| *name == account)?;
        self.post(key)
    }

    /// A post by its unit's key or its grid's code, `/`, and its own key.
    pub(crate) fn post(&self, key: &str) -> Option<PostId> {
        self.keys.posts.get(key).copied()
    }

    /// The first day on which everything in these files stands.
    pub(crate) fn first_day(&self) -> Date {
        let units = self.organised.units.iter().map(|unit| unit.from);
        units.chain(self.organised.posts.iter().map(|post| post.from)).max().unwrap_or(Date::MIN)
    }

    /// A unit by its key, or by its division's code.
    #[cfg(test)]
    fn unit(&self, key: &str) -> Option<zongheng_core::ids::UnitId> {
        self.keys.units.get(key).copied()
    }

    /// The organisation as it stands when these files have been recorded.
    pub(crate) fn organisation(&self) -> Organisation {
        let mut organisation = Organisation::default();
        organisation.apply(&self.organised);
        organisation
    }

    /// The list of powers as it stands when these files have been recorded.
    pub(crate) fn powers(&self) -> Powers {
        let mut powers = Powers::default();
        powers.apply(&self.powers);
        powers
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use zongheng_core::organisation::Role;

    use super::*;

    #[test]
    fn the_built_in_county_is_without_fault_and_every_account_has_its_post() {
        let county = shangcheng().unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!((county.code.as_str(), county.warnings.len()), ("411524000000", 0));
        let organisation = county.organisation();
        let day = date(2025, 1, 1);
        let (mut posts, mut roles) = (Vec::new(), BTreeSet::new());
        for (account, _) in SHOWN {
            let post = county.post_of_account(account).unwrap_or_else(|| panic!("{account}"));
            roles.extend(organisation.post(post, day).map(|post| post.role));
            posts.push(post);
        }
        assert_eq!(roles, BTreeSet::from_iter(Role::ALL), "each role has an account");
        posts.sort_unstable();
        posts.dedup();
        assert_eq!(posts.len(), SHOWN.len(), "one post an account");
        assert!(ACCOUNTS.iter().all(|account| county.post_of_account(account).is_some()));
        assert_eq!(county.post_of_account("nobody"), None);
        assert!(county.unit("411524102202").is_some());
    }

    #[test]
    fn the_list_of_powers_leads_where_the_contract_says() {
        let county = shangcheng().unwrap_or_else(|faults| panic!("{faults:#?}"));
        let (organisation, powers) = (county.organisation(), county.powers());
        let place = DivisionCode::from("411524102202");
        for (category, unit) in
            [("road_bridge", "county_transport"), ("water_supply", "county_housing")]
        {
            let proposal =
                powers.proposal(&organisation, &category.into(), &place, date(2025, 1, 1)).unwrap();
            assert_eq!(Some(proposal.lead), county.unit(unit), "{category}");
        }
    }

    #[test]
    fn a_list_that_names_an_unknown_unit_is_refused_by_file_and_line() {
        let county = shangcheng().unwrap_or_else(|faults| panic!("{faults:#?}"));
        let text = include_str!("../../../counties/411524/powers.toml").replacen(
            "lead = \"county_transport\"",
            "lead = \"traffic\"",
            1,
        );
        let source = Source { name: "powers.toml", text: &text };
        let faults =
            powers::read(source, &county.keys, &county.organisation()).expect_err("has a fault");
        assert_eq!((faults.len(), faults[0].field.as_str()), (1, "lead"));
        assert!(faults[0].row > 0);
    }
}
