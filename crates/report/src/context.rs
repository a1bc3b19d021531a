//! What a working paper is made from.

use crate::page::Page;
use claimsift::claims::LineView;
use claimsift::detect::{Assessment, Detector, Entry, Meta};
use claimsift::finding::Evidence;
use claimsift::pipeline::{NearMiss, contribute};
use claimsift::score::Contribution;
use claimsift::tables::value::Date;
use claimsift::{Claims, Finding, Lead, Screening, Settings, SubjectScore};
use std::collections::BTreeMap;

/// A data set, the settings it was screened with, and what was found.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The data set.
    pub claims: &'a Claims,
    /// The settings of the run.
    pub settings: &'a Settings,
    /// The findings of the run.
    pub findings: &'a [Finding],
    /// Candidates within their detectors' floors that miss a threshold.
    pub near_misses: &'a [NearMiss],
    /// Per detector code, how much could be judged.
    pub assessments: &'a BTreeMap<String, Assessment>,
    /// Scores of providers; may be empty.
    pub providers: &'a [SubjectScore],
    /// Leads; may be empty.
    pub leads: &'a [Lead],
    /// The day on which the papers speak: clauses of acts without a date are those in force then.
    pub as_of: Date,
    /// Language and form.
    pub page: Page,
}

impl<'a> Context<'a> {
    /// All that a screening found.
    pub fn new(claims: &'a Claims, settings: &'a Settings, screening: &'a Screening, page: impl Into<Page>) -> Self {
        Self {
            claims,
            settings,
            findings: &screening.findings,
            near_misses: &screening.near_misses,
            assessments: &screening.assessments,
            providers: &screening.providers,
            leads: &screening.leads,
            as_of: claims.as_of(),
            page: page.into(),
        }
    }

    /// A detector of the run.
    pub(crate) fn detector(&self, code: &str) -> Option<&'a dyn Detector> {
        self.settings.detectors.iter().find(|detector| detector.meta().code == code).map(AsRef::as_ref)
    }

    /// What the detector of a finding says of itself, whether or not it is still selected.
    pub(crate) fn meta(&self, code: &str) -> Option<&'a Meta> {
        self.detector(code).map(Detector::meta).or_else(|| claimsift::detectors::find(code).map(Entry::meta))
    }

    /// What a finding adds to a score before families and caps.
    pub(crate) fn contribution(&self, finding: &Finding) -> Contribution {
        contribute(self.settings, finding)
    }
}

/// Finds the lines that evidence names, keeping the keys of claims it has looked at.
pub(crate) struct LineFinder<'a> {
    claims: &'a Claims,
    by_claim: BTreeMap<String, BTreeMap<String, usize>>,
}

impl<'a> LineFinder<'a> {
    pub(crate) fn new(claims: &'a Claims) -> Self {
        Self { claims, by_claim: BTreeMap::new() }
    }

    /// The line of an evidence row of `lines`.
    pub(crate) fn find(&mut self, finding: &Finding, row: &Evidence) -> Option<LineView<'a>> {
        let claim = row.claim_id.as_ref().or(finding.claim_id.as_ref())?;
        if !self.by_claim.contains_key(claim) {
            let view = self.claims.find_claim(claim)?;
            self.by_claim.insert(claim.clone(), view.lines().map(|line| (line.key(), line.index())).collect());
        }
        self.by_claim[claim].get(&row.key).map(|&index| self.claims.line(index))
    }
}
