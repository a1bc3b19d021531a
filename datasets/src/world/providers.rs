//! Hospitals, clinics and pharmacies of a county, with their staff.

use std::ops::Range;

use super::County;
use crate::dice::{Dice, Weighted};

/// Provider kind of the canonical layout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ProviderKind {
    Hospital,
    Clinic,
    Pharmacy,
}

impl ProviderKind {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::Clinic => "clinic",
            Self::Pharmacy => "pharmacy",
        }
    }
}

/// What a hospital is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Profile {
    General,
    Maternity,
    Psychiatric,
    Rehabilitation,
    Traditional,
}

impl Profile {
    pub(crate) const ALL: [Self; 5] = [Self::General, Self::Maternity, Self::Psychiatric, Self::Rehabilitation, Self::Traditional];

    /// Departments, the one that takes whatever has no other first.
    #[rustfmt::skip]
    const fn departments(self) -> &'static [&'static str] {
        match self {
            Self::General => &[
                "内科", "呼吸内科", "心血管内科", "内分泌科", "神经内科", "消化内科", "肾内科", "肿瘤科", "感染科", "血液科", "普外科", "骨科",
                "泌尿外科", "妇产科", "儿科", "急诊科", "中医科", "康复科", "精神科", "皮肤科", "眼科", "口腔科",
            ],
            Self::Maternity => &["妇产科", "儿科", "内科"],
            Self::Psychiatric => &["精神科", "内科"],
            Self::Rehabilitation => &["康复科", "骨科", "神经内科", "中医科"],
            Self::Traditional => &["中医科", "骨科", "神经内科", "内科"],
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::General => "人民医院",
            Self::Maternity => "妇幼保健院",
            Self::Psychiatric => "精神卫生中心",
            Self::Rehabilitation => "康复医院",
            Self::Traditional => "中医医院",
        }
    }
}

/// One provider.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of its own")]
pub(crate) struct Provider {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) kind: ProviderKind,
    pub(crate) profile: Profile,
    pub(crate) level: u8,
    pub(crate) is_private: bool,
    /// Number of its hospital group.
    pub(crate) group: Option<u32>,
    pub(crate) region: u32,
    pub(crate) departments: &'static [&'static str],
    pub(crate) doctors: Range<u32>,
    pub(crate) nurses: Range<u32>,
    /// Charges carry dates only and no execution times.
    pub(crate) is_date_only: bool,
    /// Stays are paid by diagnosis group.
    pub(crate) pays_by_group: bool,
    /// Schemes concentrate here.
    pub(crate) is_bent: bool,
    /// Its whole profile is far from its kind's.
    pub(crate) is_odd: bool,
    /// Hundredths of a degree north and east of the county's corner.
    pub(crate) place: (i32, i32),
}

impl Provider {
    /// Where a hospital group is one, its members are one unit.
    pub(crate) fn same_unit(&self, other: &Self) -> bool {
        self.code == other.code || (self.group.is_some() && self.group == other.group)
    }

    /// The terminal at which somebody who came then is settled: pharmacies have one or two, clinics one, hospitals several.
    pub(crate) fn terminal(&self, came: crate::clock::Time) -> u8 {
        let terminals = match self.kind {
            ProviderKind::Hospital => 4 + 2 * i64::from(self.level),
            ProviderKind::Clinic => 1,
            ProviderKind::Pharmacy => 1 + i64::from(self.is_private),
        };
        (came.div_euclid(61).rem_euclid(terminals) + 1) as u8
    }

    /// The department that takes an illness.
    pub(crate) fn department(&self, wanted: &str) -> &'static str {
        self.departments.iter().find(|name| **name == wanted).or(self.departments.first()).copied().unwrap_or("全科")
    }

    /// A doctor of the department; pharmacies have none.
    pub(crate) fn doctor(&self, dice: &mut Dice, department: &str) -> Option<u32> {
        if self.doctors.is_empty() {
            return None;
        }
        let position = self.departments.iter().position(|name| *name == department).unwrap_or(0);
        let each = self.doctors.len() / self.departments.len();
        Some(self.doctors.start + (position * each + dice.below(each)) as u32)
    }

    pub(crate) fn nurse(&self, dice: &mut Dice) -> Option<u32> {
        if self.nurses.is_empty() { None } else { Some(self.nurses.start + dice.below(self.nurses.len()) as u32) }
    }
}

/// One member of staff at one site.
#[derive(Debug)]
pub(crate) struct Staff {
    pub(crate) number: u32,
    pub(crate) provider: u32,
    pub(crate) role: &'static str,
    pub(crate) specialty: Option<&'static str>,
    pub(crate) licensed_from: crate::clock::Day,
}

/// How many providers of each kind a county with so many claims has: enough of each kind to be peers.
pub(super) struct Counts {
    pub(super) hospitals: usize,
    pub(super) clinics: usize,
    pub(super) pharmacies: usize,
}

impl Counts {
    pub(super) fn for_claims(claims: u64) -> Self {
        let per = |claims_each: u64, least: usize| ((claims / claims_each) as usize).max(least);
        Self { hospitals: per(5_400, 8), clinics: per(5_400, 5), pharmacies: per(6_400, 4) }
    }
}

/// Adds one county's providers and staff to the world's lists.
pub(super) fn settle_county(county: &mut County, wanted: &Counts, providers: &mut Vec<Provider>, staff: &mut Vec<Staff>, dice: &mut Dice) {
    for serial in 0..wanted.hospitals {
        let (profile, level) = hospital_type(serial);
        let number = found(county, ProviderKind::Hospital, profile, level, serial, providers, staff, dice);
        county.hospitals[profile as usize].push(number);
    }
    for serial in 0..wanted.clinics {
        let number = found(county, ProviderKind::Clinic, Profile::General, 0, serial, providers, staff, dice);
        county.clinics.push(number);
    }
    for serial in 0..wanted.pharmacies {
        let number = found(county, ProviderKind::Pharmacy, Profile::General, 0, serial, providers, staff, dice);
        county.pharmacies.push(number);
    }
    county.weights = county
        .hospitals
        .each_ref()
        .map(|list| Weighted::new(list.iter().map(|&number| [1, 3, 5, 6][usize::from(providers[number as usize].level)])));
}

/// In every eight hospitals one of each special profile and four general ones, of which one is of level 3 and two of level 2.
fn hospital_type(serial: usize) -> (Profile, u8) {
    match serial % 8 {
        0 => (Profile::General, if serial.is_multiple_of(24) { 3 } else { 2 }),
        1 | 4 => (Profile::General, 2),
        2 => (Profile::Maternity, 2),
        3 => (Profile::Psychiatric, if serial % 16 == 3 { 2 } else { 1 }),
        5 => (Profile::Rehabilitation, 1),
        6 => (Profile::Traditional, 2),
        _ => (Profile::General, 1),
    }
}

/// The last four of every sixteen hospitals form two groups of two.
fn hospital_group(county: &County, serial: usize) -> Option<u32> {
    let (block, place) = (serial as u32 / 16, serial as u32 % 16);
    (place >= 12).then(|| county.code * 100 + block * 2 + (place - 12) / 2)
}

#[expect(clippy::too_many_arguments, reason = "one call site per provider kind, each with its own constants")]
fn found(
    county: &County,
    kind: ProviderKind,
    profile: Profile,
    level: u8,
    serial: usize,
    providers: &mut Vec<Provider>,
    staff: &mut Vec<Staff>,
    dice: &mut Dice,
) -> u32 {
    let number = providers.len() as u32;
    let is_hospital = kind == ProviderKind::Hospital;
    let departments: &[&str] = match kind {
        ProviderKind::Hospital => profile.departments(),
        ProviderKind::Clinic => &["全科", "中医科"],
        ProviderKind::Pharmacy => &[],
    };
    let (letter, title, start) = match kind {
        ProviderKind::Hospital => ('H', profile.title(), 0),
        ProviderKind::Clinic => ('H', "诊所", 50_000),
        ProviderKind::Pharmacy => ('P', "大药房", 0),
    };
    let each = if is_hospital { 1 + u32::from(level) } else { 2 };
    let doctors = hire(staff, number, "doctor", departments, each, dice);
    let nurses = hire(staff, number, "nurse", &[""; 1], departments.len() as u32, dice);
    providers.push(Provider {
        code: format!("{letter}{}{:05}", county.code, start + serial + 1),
        name: format!("{}第{}{title}", county.name, serial + 1),
        kind,
        profile,
        level,
        is_private: if is_hospital { serial % 3 == 2 } else { !serial.is_multiple_of(4) },
        group: if is_hospital { hospital_group(county, serial) } else { None },
        region: county.code,
        departments,
        doctors,
        nurses,
        is_date_only: if is_hospital { serial % 7 == 5 } else { kind == ProviderKind::Clinic && serial % 4 == 1 },
        pays_by_group: is_hospital && level >= 2 && matches!(profile, Profile::General | Profile::Maternity),
        is_bent: false,
        is_odd: false,
        place: (dice.days(0, 40), dice.days(0, 50)),
    });
    number
}

/// `each` people per department; an empty specialty is left out.
fn hire(staff: &mut Vec<Staff>, provider: u32, role: &'static str, specialties: &[&'static str], each: u32, dice: &mut Dice) -> Range<u32> {
    let first = staff.len() as u32;
    for specialty in specialties {
        for _ in 0..each {
            staff.push(Staff {
                number: staff.len() as u32,
                provider,
                role,
                specialty: (!specialty.is_empty()).then_some(specialty),
                licensed_from: crate::clock::day(dice.days(1990, 2022), dice.days(1, 12), dice.days(1, 28)),
            });
        }
    }
    first..staff.len() as u32
}

/// Marks the providers where schemes concentrate (about 2 % of all are general hospitals of level 2 with true times; one clinic and one pharmacy
/// in fifty) and those with an odd profile (1.5 % of hospitals and clinics by turns, at least one hospital).
pub(super) fn spoil(providers: &mut [Provider], dice: &mut Dice) {
    let mut candidates: Vec<usize> = (0..providers.len()).filter(|&number| could_be_bent(&providers[number])).collect();
    dice.shuffle(&mut candidates);
    let bent = (providers.len() / 50).max(1).min(candidates.len() / 2);
    for &number in &candidates[..bent] {
        providers[number].is_bent = true;
    }
    for kind in [ProviderKind::Clinic, ProviderKind::Pharmacy] {
        let mut candidates: Vec<usize> =
            (0..providers.len()).filter(|&number| providers[number].kind == kind && !providers[number].is_date_only).collect();
        dice.shuffle(&mut candidates);
        candidates.iter().take((candidates.len() / 50).max(1)).for_each(|&number| providers[number].is_bent = true);
    }
    let treating = providers.iter().filter(|provider| provider.kind != ProviderKind::Pharmacy).count();
    let wanted = (treating * 3 / 200).max(1);
    let mut others: Vec<usize> = (0..providers.len()).filter(|&number| could_be_odd(&providers[number])).collect();
    dice.shuffle(&mut others);
    let (hospitals, clinics): (Vec<usize>, Vec<usize>) =
        others.into_iter().partition(|&number| providers[number].kind == ProviderKind::Hospital);
    let odd = hospitals.iter().take(wanted.div_ceil(2)).chain(clinics.iter().take(wanted / 2));
    for &number in odd {
        providers[number].is_odd = true;
    }
}

fn could_be_bent(provider: &Provider) -> bool {
    provider.kind == ProviderKind::Hospital
        && provider.profile == Profile::General
        && provider.level == 2
        && !provider.is_date_only
        && provider.group.is_none()
}

fn could_be_odd(provider: &Provider) -> bool {
    let treats = provider.kind == ProviderKind::Clinic || (provider.profile == Profile::General && provider.level == 1);
    treats && provider.kind != ProviderKind::Pharmacy && !provider.is_date_only && !provider.is_bent
}
