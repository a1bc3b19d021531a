//! The texts of a skeleton: templates with the names filled in.
//!
//! A skeleton is a complete detector that counts something and finds nothing at its default; what only the author knows is a prompt in angle
//! brackets.

use super::{NewDetector, names};
use claimsift::detect::ScopeKind;

const SOURCE: &str = include_str!("../../templates/head.rs.txt");
const QUERY: &str = include_str!("../../templates/head.sql.txt");
const VISITS_SPEC: &str = include_str!("../../templates/visits.md.txt");

/// What differs between scopes.
struct Parts {
    source: &'static str,
    query: &'static str,
    spec: &'static str,
    noun: &'static str,
    counted: &'static str,
    unit: &'static str,
    basis: &'static str,
    views: &'static str,
    imports: &'static str,
    more_imports: &'static str,
    needs: &'static str,
    uses: &'static str,
    sql_reads: &'static str,
    sql_claim: &'static str,
    sql_asked: &'static str,
    spec_subject: &'static str,
    spec_assessed: &'static str,
}

const OF_CLAIM: Parts = Parts {
    source: include_str!("../../templates/claim.rs.txt"),
    query: include_str!("../../templates/claim.sql.txt"),
    spec: include_str!("../../templates/claim.md.txt"),
    noun: "claim",
    counted: "lines",
    unit: "Claim",
    basis: "Stay",
    views: "ClaimView",
    imports: "ClaimScope",
    more_imports: "",
    needs: "vec![text(\"lines.amount\")]",
    uses: "vec![text(\"claims.is_insured\")]",
    sql_reads: "nets, lines",
    sql_claim: "claim",
    sql_asked: "in-scope amount of the claim",
    spec_subject: "A",
    spec_assessed: "1",
};

const OF_PERSON: Parts = Parts {
    source: include_str!("../../templates/person.rs.txt"),
    query: include_str!("../../templates/person.sql.txt"),
    spec: VISITS_SPEC,
    noun: "person",
    counted: "visits",
    unit: "Visit",
    basis: "Stay",
    views: "{PersonView, VisitView}",
    imports: "PersonScope",
    more_imports: "",
    needs: "Vec::new()",
    uses: "vec![text(\"claims.visit_id\"), text(\"claims.is_insured\")]",
    sql_reads: "visits",
    sql_claim: "null",
    sql_asked: "in-scope amount of the insured claims of the visits",
    spec_subject: "P",
    spec_assessed: "3",
};

const OF_PROVIDER: Parts = Parts {
    source: include_str!("../../templates/provider.rs.txt"),
    query: include_str!("../../templates/provider.sql.txt"),
    spec: VISITS_SPEC,
    noun: "provider",
    counted: "visits",
    unit: "Provider",
    basis: "None",
    views: "ProviderView",
    imports: "ProviderScope, Role, Target",
    more_imports: "",
    needs: "Vec::new()",
    uses: "vec![text(\"claims.visit_id\")]",
    sql_reads: "visits",
    sql_claim: "null",
    sql_asked: "0",
    spec_subject: "H1",
    spec_assessed: "1",
};

const OF_POPULATION: Parts = Parts {
    source: include_str!("../../templates/population.rs.txt"),
    imports: "PopulationScope",
    more_imports: "use crate::tables::value::ProviderId;\n",
    ..OF_PROVIDER
};

/// Names that every detector imports from `crate::detect`.
const IMPORTS: &str = "Basis, Candidate, Clause, Context, Law, Meta, Problems, Scheme, ScopeKind, Sink, Strength, Subject, Threshold, Tier, \
                       Unit, both, detector, fact, text";

fn parts(scope: ScopeKind) -> &'static Parts {
    match scope {
        ScopeKind::Claim => &OF_CLAIM,
        ScopeKind::Person => &OF_PERSON,
        ScopeKind::Provider => &OF_PROVIDER,
        ScopeKind::Population => &OF_POPULATION,
    }
}

/// The detector.
pub(super) fn source(wanted: &NewDetector) -> String {
    fill(&format!("{SOURCE}{}", parts(wanted.scope).source), wanted)
}

/// Its reference query.
pub(super) fn query(wanted: &NewDetector) -> String {
    fill(&format!("{QUERY}{}", parts(wanted.scope).query), wanted)
}

/// Its spec.
pub(super) fn spec(wanted: &NewDetector) -> String {
    fill(parts(wanted.scope).spec, wanted)
}

fn fill(template: &str, wanted: &NewDetector) -> String {
    let parts = parts(wanted.scope);
    let imports = sorted(&format!("{IMPORTS}, {}", parts.imports));
    let values = [
        ("imports", imports),
        ("more_imports", parts.more_imports.to_owned()),
        ("views", parts.views.to_owned()),
        ("CODE", wanted.code.clone()),
        ("name", wanted.name.clone()),
        ("snake", names::snake(&wanted.name)),
        ("Struct", names::camel(&wanted.name)),
        ("Scheme", names::camel(wanted.scheme.word())),
        ("Scope", names::camel(wanted.scope.word())),
        ("Unit", parts.unit.to_owned()),
        ("basis", parts.basis.to_owned()),
        ("needs", parts.needs.to_owned()),
        ("uses", parts.uses.to_owned()),
        ("noun", parts.noun.to_owned()),
        ("counted", parts.counted.to_owned()),
        ("sql_reads", parts.sql_reads.to_owned()),
        ("sql_claim", parts.sql_claim.to_owned()),
        ("sql_asked", parts.sql_asked.to_owned()),
        ("subject", parts.spec_subject.to_owned()),
        ("assessed", parts.spec_assessed.to_owned()),
        ("title_zh", literal(&wanted.title_zh)),
        ("title", literal(&wanted.title)),
    ];
    values.iter().fold(template.to_owned(), |text, (key, value)| text.replace(&format!("{{{{{key}}}}}"), value))
}

/// Names as the formatter orders them: types before functions.
fn sorted(names: &str) -> String {
    let mut names: Vec<&str> = names.split(", ").collect();
    names.sort_by_key(|name| (name.starts_with(char::is_lowercase), *name));
    names.join(", ")
}

/// A text as the inside of a Rust string.
fn literal(text: &str) -> String {
    text.trim().replace('\\', "\\\\").replace('"', "\\\"")
}
