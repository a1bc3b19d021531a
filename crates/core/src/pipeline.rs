//! The order of things: norms, detection, findings, money, scores, roll-ups, leads. No other module knows it.

use crate::claims::Claims;
use crate::detect::{Assessment, Detection, Detector, Lang, Tier, run};
use crate::finding::{Finding, resolve};
use crate::leads::{self, Lead, Sources};
use crate::money::{self, Asked, Owned};
use crate::norms::Norms;
use crate::observe::{Cancelled, Observer, stop_if_cancelled};
use crate::rollup::{Averages, SubjectScore, Tallies, Tally, doctor};
use crate::score::{Contribution, Scores, contribution};
use crate::settings::Settings;
use crate::tables::value::{ClaimId, Domain, Fen};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A claim with its scores.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimScore {
    /// The claim.
    pub claim: ClaimId,
    /// Overall and per scheme.
    pub scores: Scores,
    /// What findings own of it.
    pub exposure: Fen,
    /// The highest tier of its findings.
    pub tier: Option<Tier>,
    /// Codes of its findings.
    pub codes: Box<[String]>,
}

/// A candidate within its detector's floor that misses a threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct NearMiss {
    /// What it would be as a finding, money reckoned but nothing owned.
    pub finding: Finding,
    /// The first parameter it misses.
    pub parameter: String,
}

/// The result of a run.
pub struct Screening {
    /// One per claim that stands and that the fund pays for, in the order of claim ids.
    pub scores: Vec<ClaimScore>,
    /// Findings by code, subject and discriminator.
    pub findings: Vec<Finding>,
    /// Near misses in the same order.
    pub near_misses: Vec<NearMiss>,
    /// Every provider.
    pub providers: Vec<SubjectScore>,
    /// Persons with findings.
    pub persons: Vec<SubjectScore>,
    /// Staff in charge of claims with findings.
    pub staff: Vec<SubjectScore>,
    /// Providers worth a look, the most worthwhile first.
    pub leads: Vec<Lead>,
    /// Per detector code, how much could be judged.
    pub assessments: BTreeMap<String, Assessment>,
    /// What happened to claims that are not scored.
    pub unscored: Unscored,
}

/// Claims that are not scored, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unscored {
    /// Paid by the patient alone.
    pub self_paid: u64,
    /// Refunds.
    pub refunds: u64,
    /// Taken back by a refund.
    pub cancelled: u64,
}

/// Screens a data set.
pub fn screen(claims: &Claims, settings: &Settings, lang: Lang, observer: &dyn Observer) -> Result<Screening, Cancelled> {
    let norms = Norms::build(claims, &settings.wanted_norms(), &settings.norm_settings(), observer)?;
    screen_with(claims, settings, &norms, lang, observer)
}

/// Screens a data set against norms that are given, such as those of another period or of the whole that this is a part of.
pub fn screen_with(
    claims: &Claims,
    settings: &Settings,
    norms: &Norms,
    lang: Lang,
    observer: &dyn Observer,
) -> Result<Screening, Cancelled> {
    let detections = run(claims, &settings.detectors, norms, observer)?;
    stop_if_cancelled(observer)?;
    observer.begin("scores", 0);
    let mut candidates = Vec::new();
    let mut assessments = BTreeMap::new();
    for (detector, Detection { candidates: found, assessment }) in settings.detectors.iter().zip(detections) {
        let meta = detector.meta();
        assessments.insert(meta.code.to_string(), assessment);
        candidates.extend(found.into_iter().map(|candidate| {
            let (finding, evidence) = resolve(claims, meta, candidate);
            Asked { asks: money::asks(claims, &evidence), finding }
        }));
    }
    Ok(conclude(claims, settings, norms, lang, candidates, assessments))
}

/// Decides candidates by the thresholds, reckons money and scores.
pub(crate) fn conclude(
    claims: &Claims,
    settings: &Settings,
    norms: &Norms,
    lang: Lang,
    mut candidates: Vec<Asked>,
    assessments: BTreeMap<String, Assessment>,
) -> Screening {
    candidates.sort_by(|left, right| order(&left.finding).cmp(&order(&right.finding)));
    candidates.iter_mut().for_each(|asked| money::reckon(claims, asked, &settings.money));
    let (mut findings, mut near_misses) = (Vec::new(), Vec::new());
    for mut asked in candidates {
        match settings.missed(&asked.finding) {
            None => findings.push(asked),
            Some(parameter) => {
                asked.finding.money.owned = Fen::ZERO;
                near_misses.push(NearMiss { finding: asked.finding, parameter });
            }
        }
    }
    let owned = money::own(claims, &mut findings, &settings.money);
    let summing = Summing::new(claims, settings, norms, &findings, &owned);
    let scores = summing.claim_scores();
    let averages = Averages::of(scores.iter().map(|score| &score.scores));
    let sums = Sums::build(claims, &summing, &owned, &scores);
    let of = |tallies: &Tallies| tallies.scores(claims, &averages, &settings.weights);
    let (persons, staff) = (of(&sums.persons), of(&sums.staff));
    let providers = providers(of(&sums.providers), norms, &assessments);
    let findings: Vec<Finding> = findings.into_iter().map(|asked| asked.finding).collect();
    let sources = Sources { claims, norms, findings: &findings, assessments: &assessments, weights: &settings.weights, lang };
    Screening {
        leads: leads::build(&sources),
        providers,
        persons,
        staff,
        unscored: unscored(claims),
        scores,
        findings,
        near_misses,
        assessments,
    }
}

fn order(finding: &Finding) -> (&str, &str, &str) {
    (&finding.code, &finding.subject_id, &finding.discriminator)
}

impl Settings {
    /// The first threshold that a candidate misses.
    pub(crate) fn missed(&self, finding: &Finding) -> Option<String> {
        let detector: &dyn Detector = self.detectors.iter().find(|detector| detector.meta().code == finding.code)?.as_ref();
        if detector.meta().thresholds.is_empty() {
            return None;
        }
        let parameters = detector.parameters();
        let passes = |threshold: &crate::detect::Threshold| {
            let fact = finding.facts.get(threshold.fact.as_ref()).and_then(serde_json::Value::as_f64);
            let parameter = parameters.get(threshold.parameter.as_ref()).and_then(serde_json::Value::as_f64);
            fact.zip(parameter).is_none_or(|(fact, parameter)| threshold.passes(fact, parameter))
        };
        let missed = detector.meta().thresholds.iter().find(|threshold| !passes(threshold))?;
        Some(missed.parameter.to_string())
    }
}

/// Contributions and ownership by claim.
struct Summing<'a> {
    claims: &'a Claims,
    settings: &'a Settings,
    norms: &'a Norms,
    findings: &'a [Asked],
    /// What each finding adds to a score.
    contributions: Vec<Contribution>,
    by_claim: BTreeMap<ClaimId, BTreeSet<usize>>,
    owned: BTreeMap<ClaimId, Fen>,
}

impl<'a> Summing<'a> {
    fn new(claims: &'a Claims, settings: &'a Settings, norms: &'a Norms, findings: &'a [Asked], owned: &[Owned]) -> Self {
        let mut by_claim: BTreeMap<ClaimId, BTreeSet<usize>> = BTreeMap::new();
        for (at, asked) in findings.iter().enumerate() {
            for ask in &asked.asks {
                by_claim.entry(ask.claim).or_default().insert(at);
            }
        }
        let mut owned_by_claim: BTreeMap<ClaimId, Fen> = BTreeMap::new();
        owned.iter().for_each(|owned| *owned_by_claim.entry(owned.claim).or_default() += owned.amount);
        let contributions = findings.iter().map(|asked| contribute(settings, &asked.finding)).collect();
        Self { claims, settings, norms, findings, contributions, by_claim, owned: owned_by_claim }
    }

    fn claim_scores(&self) -> Vec<ClaimScore> {
        let scored = |id: &ClaimId| self.claims.claim(*id).is_scored();
        let empty = BTreeSet::new();
        let plain = Scores::of(&[], &self.settings.weights);
        let score = |claim: ClaimId| {
            let findings = self.by_claim.get(&claim).unwrap_or(&empty);
            let contributions: Vec<Contribution> = findings.iter().map(|&at| self.contributions[at].clone()).collect();
            let codes: BTreeSet<&str> = findings.iter().map(|&at| self.findings[at].finding.code.as_str()).collect();
            ClaimScore {
                claim,
                scores: if contributions.is_empty() { plain.clone() } else { Scores::of(&contributions, &self.settings.weights) },
                exposure: self.owned.get(&claim).copied().unwrap_or_default(),
                tier: findings.iter().map(|&at| self.findings[at].finding.tier).max(),
                codes: codes.into_iter().map(str::to_owned).collect(),
            }
        };
        let mut ids: Vec<ClaimId> = (0..self.claims.len() as u32).map(ClaimId).filter(scored).collect();
        let names = self.claims.dictionary(Domain::Claim);
        ids.par_sort_unstable_by(|left, right| names.text(left.0).cmp(names.text(right.0)));
        ids.into_par_iter().map(score).collect()
    }
}

/// The contribution of a finding to a score, before families and caps.
pub fn contribute(settings: &Settings, finding: &Finding) -> Contribution {
    let detector = settings.detectors.iter().find(|detector| detector.meta().code == finding.code);
    match detector.map(|detector| detector.meta()).or_else(|| crate::detectors::find(&finding.code).map(crate::detect::Entry::meta)) {
        Some(meta) => contribution(finding, meta, &settings.weights),
        None => Contribution {
            family: finding.code.clone(),
            code: finding.code.clone(),
            scheme: finding.scheme,
            tier: finding.tier,
            finding_id: finding.id.clone(),
            milli_logits: 0,
        },
    }
}

/// Sums per provider, person and doctor.
struct Sums {
    providers: Tallies,
    persons: Tallies,
    staff: Tallies,
}

impl Sums {
    fn build(claims: &Claims, summing: &Summing<'_>, owned: &[Owned], scores: &[ClaimScore]) -> Self {
        let tallies = |domain| Tallies::new(claims, domain);
        let mut sums = Self { providers: tallies(Domain::Provider), persons: tallies(Domain::Person), staff: tallies(Domain::Staff) };
        for provider in claims.providers() {
            sums.providers.entry(provider.0);
        }
        for (asked, contribution) in summing.findings.iter().zip(&summing.contributions) {
            sums.add_finding(claims, &asked.finding, contribution);
        }
        for (claim, found) in &summing.by_claim {
            if let Some(doctor) = doctor(claims, *claim, summing.norms) {
                found.iter().for_each(|&at| add(sums.staff.entry(doctor.0), &summing.contributions[at]));
            }
        }
        for score in scores {
            sums.of_claim(claims, score.claim, summing.norms).for_each(|tally| tally.add_claim(&score.scores));
        }
        for owned in owned {
            sums.of_claim(claims, owned.claim, summing.norms).for_each(|tally| tally.exposure += owned.amount);
        }
        sums
    }

    fn add_finding(&mut self, claims: &Claims, finding: &Finding, contribution: &Contribution) {
        for (id, tallies, domain) in [
            (&finding.provider_id, &mut self.providers, Domain::Provider),
            (&finding.person_id, &mut self.persons, Domain::Person),
            (&finding.staff_id, &mut self.staff, Domain::Staff),
        ] {
            if let Some(key) = id.as_ref().and_then(|id| claims.dictionary(domain).find(id)) {
                add(tallies.entry(key), contribution);
            }
        }
    }

    /// The tallies that a claim counts in.
    fn of_claim(&mut self, claims: &Claims, claim: ClaimId, norms: &Norms) -> impl Iterator<Item = &mut Tally> {
        let view = claims.claim(claim);
        let provider = self.providers.get_mut(view.provider().0);
        let person = self.persons.get_mut(view.person().0);
        let staff = doctor(claims, claim, norms).and_then(|doctor| self.staff.get_mut(doctor.0));
        [provider, person, staff].into_iter().flatten()
    }
}

fn add(tally: &mut Tally, contribution: &Contribution) {
    tally.contributions.insert(contribution.finding_id.clone(), contribution.clone());
}

/// Scores of providers with their peer groups and what could not be assessed of them.
fn providers(mut scores: Vec<SubjectScore>, norms: &Norms, assessments: &BTreeMap<String, Assessment>) -> Vec<SubjectScore> {
    let whole: Vec<String> = assessments.iter().filter(|(_, assessment)| assessment.assessed == 0).map(|(code, _)| code.clone()).collect();
    for score in &mut scores {
        score.peer_group = norms.peers.as_ref().and_then(|norm| norm.group_name(&score.id)).map(str::to_owned);
        score.not_assessed.clone_from(&whole);
    }
    scores
}

fn unscored(claims: &Claims) -> Unscored {
    use crate::claims::ClaimState::{Cancelled, Live, Refund};
    let mut unscored = Unscored::default();
    for claim in (0..claims.len() as u32).map(|claim| claims.claim(ClaimId(claim))) {
        match claim.state() {
            Refund => unscored.refunds += 1,
            Cancelled => unscored.cancelled += 1,
            Live if !claim.is_insured() => unscored.self_paid += 1,
            Live => {}
        }
    }
    unscored
}
