//! Leads: the findings about one provider and its claims, as one visit would review them.

use crate::claims::Claims;
use crate::detect::{Assessment, Lang, Meta, Tier};
use crate::detectors;
use crate::finding::Finding;
use crate::norms::Norms;
use crate::rollup::{doctor, likelihood};
use crate::score::{Contribution, contribution, probability};
use crate::settings::Weights;
use crate::tables::value::{Date, Domain, Fen, ProviderId};
use std::collections::{BTreeMap, BTreeSet};

/// Probability from which a lead is worth a visit.
pub const GATE: f64 = 0.5;
/// Records named in a lead.
const RECORDS: usize = 20;

/// One provider worth a visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    /// Hash of the provider.
    pub id: String,
    /// The provider.
    pub provider_id: String,
    /// Its kind.
    pub kind: Option<String>,
    /// Its level.
    pub level: Option<i32>,
    /// Who owns it.
    pub ownership: Option<String>,
    /// Where it is.
    pub region: Option<String>,
    /// Departments of the claims concerned.
    pub departments: Vec<String>,
    /// First and last day of the acts.
    pub period: Option<(Date, Date)>,
    /// Schemes of the findings.
    pub schemes: Vec<String>,
    /// Findings by tier: clues, suspicions, breaches.
    pub findings: [u64; 3],
    /// Persons concerned.
    pub persons: u64,
    /// Claims at risk.
    pub claims: u64,
    /// Loss of breaches and suspicions, lower estimate.
    pub loss_low: Fen,
    /// Loss of breaches and suspicions.
    pub loss_high: Fen,
    /// Loss of clues, which no total includes.
    pub clue_loss: Fen,
    /// What breaches and suspicions own.
    pub owned: Fen,
    /// How likely a visit confirms something, 0 to 1.
    pub probability: f64,
    /// Owned money times probability.
    pub expected_loss: Fen,
    /// Families of evidence that speak independently.
    pub independent_legs: u64,
    /// Up to three reasons in words.
    pub reasons: Vec<String>,
    /// What the detectors concerned leave out or test for.
    pub look_alikes_excluded: Vec<String>,
    /// What could not be assessed of the provider.
    pub not_assessed: Vec<String>,
    /// The earliest day on which an act can no longer be sanctioned.
    pub limitation_date: Option<Date>,
    /// What to seal in the first hour.
    pub seal: Vec<String>,
    /// Claims to pull, each with the reason.
    pub records: Vec<String>,
    /// Staff to interview.
    pub staff: Vec<String>,
    /// Persons to call back.
    pub persons_to_call: Vec<String>,
    /// Hours a visit may take: 8, and half an hour for each record.
    pub hours: f64,
    /// State in the case ledger.
    pub prior_state: Option<String>,
}

impl Lead {
    /// Whether it is worth a visit.
    pub fn is_above_gate(&self) -> bool {
        self.probability >= GATE
    }
}

/// What leads are made from.
pub(crate) struct Sources<'a> {
    pub(crate) claims: &'a Claims,
    pub(crate) norms: &'a Norms,
    pub(crate) findings: &'a [Finding],
    pub(crate) assessments: &'a BTreeMap<String, Assessment>,
    pub(crate) weights: &'a Weights,
    pub(crate) lang: Lang,
}

/// One lead per provider with a finding, by expected loss, then probability, then id.
pub(crate) fn build(sources: &Sources<'_>) -> Vec<Lead> {
    let mut by_provider: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in sources.findings {
        if let Some(provider) = &finding.provider_id {
            by_provider.entry(provider).or_default().push(finding);
        }
    }
    let providers = sources.claims.providers().len();
    let mut leads: Vec<Lead> = by_provider.into_iter().map(|(provider, findings)| lead(sources, provider, &findings, providers)).collect();
    leads.sort_by(|left, right| {
        (right.expected_loss, left.provider_id.as_str())
            .cmp(&(left.expected_loss, right.provider_id.as_str()))
            .then_with(|| right.probability.total_cmp(&left.probability))
    });
    leads
}

fn lead(sources: &Sources<'_>, provider: &str, findings: &[&Finding], providers: usize) -> Lead {
    let claims = sources.claims;
    let view = claims.dictionary(Domain::Provider).find(provider).map(|key| claims.provider(ProviderId(key)));
    let row = view.and_then(|view| view.row());
    let scored = view.map_or(0, |view| view.claims().filter(|claim| claim.is_scored()).count());
    let firm: Vec<&Finding> = findings.iter().copied().filter(|finding| finding.tier > Tier::Clue).collect();
    let count = |tier| findings.iter().filter(|finding| finding.tier == tier).count() as u64;
    let metas: BTreeMap<&str, &'static Meta> =
        findings.iter().filter_map(|finding| Some((finding.code.as_str(), detectors::find(&finding.code)?.meta()))).collect();
    let contributions: Vec<Contribution> =
        findings.iter().filter_map(|finding| Some(contribution(finding, metas.get(finding.code.as_str())?, sources.weights))).collect();
    let probability = probability(likelihood(&contributions.iter(), scored as u64, providers, sources.weights));
    let sum = |of: fn(&Finding) -> Option<Fen>| firm.iter().filter_map(|finding| of(finding)).sum::<Fen>();
    let owned = sum(|finding| Some(finding.money.owned));
    let leading = if firm.is_empty() { findings } else { &firm };
    let records = records(leading, sources.lang);
    let dates = || findings.iter().filter_map(|finding| finding.dates);
    let at_risk: BTreeSet<&str> = findings.iter().filter_map(|finding| finding.claim_id.as_deref()).collect();
    let concerned = || at_risk.iter().filter_map(|id| claims.find_claim(id));
    let departments: BTreeSet<String> =
        concerned().filter_map(|claim| claim.row().department()).map(|text| claims.text(text).to_owned()).collect();
    let staff: BTreeSet<String> = concerned()
        .filter_map(|claim| doctor(claims, claim.id(), sources.norms))
        .map(|doctor| claims.dictionary(Domain::Staff).text(doctor.0).to_owned())
        .collect();
    let persons: BTreeSet<&str> = findings.iter().filter_map(|finding| finding.person_id.as_deref()).collect();
    let to_call: BTreeSet<&str> = leading.iter().filter_map(|finding| finding.person_id.as_deref()).collect();
    Lead {
        id: blake3::hash(provider.as_bytes()).to_hex()[..16].to_owned(),
        provider_id: provider.to_owned(),
        kind: row.and_then(|row| row.kind()).map(|kind| kind.word().to_owned()),
        level: row.and_then(|row| row.level()),
        ownership: row.and_then(|row| row.ownership()).map(|text| claims.text(text).to_owned()),
        region: row.and_then(|row| row.region()).map(|key| claims.dictionary(Domain::Region).text(key.0).to_owned()),
        departments: departments.into_iter().collect(),
        period: dates().map(|(first, _)| first).min().zip(dates().map(|(_, last)| last).max()),
        schemes: findings.iter().map(|finding| finding.scheme).collect::<BTreeSet<_>>().into_iter().map(|s| s.to_string()).collect(),
        findings: [count(Tier::Clue), count(Tier::Suspicion), count(Tier::Breach)],
        persons: persons.len() as u64,
        claims: at_risk.len() as u64,
        loss_low: sum(|finding| finding.money.loss_low),
        loss_high: sum(|finding| finding.money.loss),
        clue_loss: findings.iter().filter(|finding| finding.tier == Tier::Clue).filter_map(|finding| finding.money.loss).sum(),
        owned,
        probability,
        expected_loss: Fen((owned.0 as f64 * probability).round() as i64),
        independent_legs: findings.iter().filter_map(|f| metas.get(f.code.as_str())).map(|m| &m.family).collect::<BTreeSet<_>>().len()
            as u64,
        reasons: reasons(leading, &metas, sources.lang),
        look_alikes_excluded: metas.values().map(|meta| format!("{}: {}", meta.code, meta.defence.get(sources.lang))).collect(),
        not_assessed: not_assessed(sources.assessments),
        limitation_date: firm.iter().filter_map(|finding| finding.limitation()).min(),
        seal: metas.values().map(|meta| format!("{}: {}", meta.code, meta.records.get(sources.lang))).collect(),
        hours: 8.0 + 0.5 * records.len() as f64,
        records,
        staff: staff.into_iter().take(RECORDS).collect(),
        persons_to_call: to_call.into_iter().take(RECORDS).map(str::to_owned).collect(),
        prior_state: None,
    }
}

/// Codes with their counts in words: the highest tier first, then the most money.
fn reasons(findings: &[&Finding], metas: &BTreeMap<&str, &'static Meta>, lang: Lang) -> Vec<String> {
    let mut counts: BTreeMap<&str, (Tier, Fen, u64)> = BTreeMap::new();
    for finding in findings {
        let entry = counts.entry(&finding.code).or_insert((finding.tier, Fen::ZERO, 0));
        entry.0 = entry.0.max(finding.tier);
        entry.1 += finding.money.owned;
        entry.2 += 1;
    }
    let mut codes: Vec<_> = counts.into_iter().collect();
    codes.sort_by(|(left_code, left), (right_code, right)| right.cmp(left).then(left_code.cmp(right_code)));
    let describe = |(code, (tier, owned, count)): (&str, (Tier, Fen, u64))| {
        let title = metas.get(code).map_or(code, |meta| meta.title.get(lang));
        match lang {
            Lang::En => format!("{title} ({code}): {count} finding(s) up to {tier}, {owned} yuan"),
            Lang::Zh => format!("{title}（{code}）：{count} 条，最高为{}，{owned} 元", tier.zh()),
        }
    };
    codes.into_iter().take(3).map(describe).collect()
}

/// The claims that show most, each with the finding that names it.
fn records(findings: &[&Finding], lang: Lang) -> Vec<String> {
    let mut ranked: Vec<&&Finding> = findings.iter().filter(|finding| finding.claim_id.is_some()).collect();
    ranked.sort_by(|left, right| {
        (right.tier, right.money.owned, right.strength, &left.id).cmp(&(left.tier, left.money.owned, left.strength, &right.id))
    });
    let mut seen = BTreeSet::new();
    let describe = |finding: &Finding| {
        let claim = finding.claim_id.as_deref().unwrap_or_default();
        let message = detectors::find(&finding.code).map(|entry| finding.message(entry.meta(), lang)).unwrap_or_default();
        format!("{claim}: {} {message}", finding.code)
    };
    ranked.into_iter().filter(|finding| seen.insert(finding.claim_id.clone())).take(RECORDS).map(|finding| describe(finding)).collect()
}

fn not_assessed(assessments: &BTreeMap<String, Assessment>) -> Vec<String> {
    let whole = assessments.iter().filter(|(_, assessment)| assessment.assessed == 0 && !assessment.not_assessed.is_empty());
    whole.map(|(code, assessment)| format!("{code}: {}", assessment.not_assessed.keys().cloned().collect::<Vec<_>>().join("; "))).collect()
}
