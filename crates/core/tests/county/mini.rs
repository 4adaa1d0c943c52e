//! A county of two townships and three villages, small enough to spoil by hand.

use zongheng_core::organisation::files::{self, County, Files, Source};
use zongheng_core::organisation::{Checked, Fault, Organisation, check};

/// The texts of a county's files. As made, they are without fault.
#[derive(Clone)]
pub(crate) struct Mini {
    pub(crate) divisions: String,
    pub(crate) boundary: String,
    pub(crate) townships: String,
    pub(crate) units: String,
    pub(crate) posts: String,
    pub(crate) grids: String,
}

/// A closed ring of two corners of a box, as `GeoJSON`.
pub(crate) fn boxed(west: f64, south: f64, east: f64, north: f64) -> String {
    format!(
        "[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]"
    )
}

pub(crate) fn feature(properties: &str, rings: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Polygon","coordinates":{rings}}}}}"#
    )
}

pub(crate) fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

pub(crate) fn grid(code: &str, division: &str, rings: &str) -> String {
    let properties = format!(r#""code":"{code}","name":"第一网格","division":"{division}""#);
    feature(&properties, rings)
}

pub(crate) const A1: &str = "411524101201";
pub(crate) const A2: &str = "411524101202";
pub(crate) const B1: &str = "411524102201";

impl Mini {
    pub(crate) fn new() -> Self {
        let divisions = "code,name,level,parent,type\r\n\
            410000000000,河南省,省,,省\r\n\
            411500000000,信阳市,市,410000000000,地级市\r\n\
            411524000000,商城县,县,411500000000,县\r\n\
            411524101000,甲镇,乡镇街道,411524000000,镇\r\n\
            411524102000,乙镇,乡镇街道,411524000000,镇\r\n\
            411524101201,东庄村民委员会,村居,411524101000,村委会\r\n\
            411524101202,西庄社区居民委员会,村居,411524101000,居委会\r\n\
            411524102201,南庄村民委员会,村居,411524102000,村委会\r\n";
        let townships = [
            feature(r#""code":"411524101000""#, &boxed(115.4, 31.6, 115.5, 31.8)),
            feature(r#""code":"411524102000","approx":true"#, &boxed(115.5, 31.6, 115.6, 31.8)),
        ];
        let grids = [
            grid("411524101201001", A1, &boxed(115.40, 31.60, 115.45, 31.70)),
            grid("411524101202001", A2, &boxed(115.45, 31.60, 115.50, 31.70)),
            grid("411524102201001", B1, &boxed(115.50, 31.60, 115.55, 31.70)),
        ];
        let boundary = feature(r#""code":"411524""#, &boxed(115.4, 31.6, 115.6, 31.8));
        Self {
            divisions: divisions.to_owned(),
            boundary: collection(&[boundary]),
            townships: collection(&townships),
            units: UNITS.to_owned(),
            posts: POSTS.to_owned(),
            grids: collection(&grids),
        }
    }

    /// The same with other grids.
    pub(crate) fn with_grids(grids: &[String]) -> Self {
        Self { grids: collection(grids), ..Self::new() }
    }

    pub(crate) fn read(&self) -> Result<County, Vec<Fault>> {
        files::read(&Files {
            divisions: Source { name: "divisions.csv", text: &self.divisions },
            names_en: Source { name: "names_en.csv", text: NAMES_EN },
            boundary: Source { name: "boundary.geojson", text: &self.boundary },
            townships: Source { name: "townships.geojson", text: &self.townships },
            units: Source { name: "units.toml", text: &self.units },
            posts: Source { name: "posts.toml", text: &self.posts },
            grids: Source { name: "grids.geojson", text: &self.grids },
        })
    }

    pub(crate) fn check(&self) -> Result<Checked, Vec<Fault>> {
        check(&Organisation::default(), &self.read()?.proposed)
    }

    /// The faults as a user reads them.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.check().expect_err("has a fault").iter().map(ToString::to_string).collect()
    }

    pub(crate) fn organisation(&self) -> Organisation {
        let mut organisation = Organisation::default();
        organisation.apply(&self.check().expect("is without fault").organised);
        organisation
    }
}

const NAMES_EN: &str = "code,name_en\n\
    411524101000,Jia Town\n\
    411524102000,Yi Town\n\
    411524101201,Dongzhuang Village\n\
    411524101202,Xizhuang Community\n\
    411524102201,Nanzhuang Village\n";

const UNITS: &str = r#"from = "2020-01-01"

[[unit]]
key = "county"
code = "411524000000"
name = "县委、县政府"
name_en = "County"
line = "top"
relation = "county"
posts = "own"

[[unit]]
key = "transport"
name = "县交通运输局"
name_en = "Transport Bureau"
line = "top"
relation = "county"

[[unit]]
key = "highway"
name = "县公路事业发展中心"
name_en = "Highway Centre"
line = "top"
relation = "county"
parent = "transport"
to = "2024-07-01"
"#;

const POSTS: &str = r#"[[rule]]
of = "unit"
key = "head"
name = "主要负责人"
name_en = "Head"
role = "unit_head"

[[rule]]
of = "township"
key = "instructor"
name = "网格指导员"
name_en = "Grid instructor"
role = "grid_instructor"

[[rule]]
of = "grid"
key = "chief"
name = "网格长"
name_en = "Grid chief"
role = "grid_chief"

[[rule]]
of = "grid"
key = "member"
name = "专职网格员"
name_en = "Full-time grid member"
role = "grid_member"

[[post]]
unit = "county"
key = "leader"
name = "县领导"
name_en = "County leader"
role = "county_leader"

[[post]]
unit = "county"
key = "system_admin"
name = "系统管理员"
name_en = "System administrator"
role = "system_admin"
"#;
