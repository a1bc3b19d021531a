//! What exists before anybody falls ill: price list, illnesses, counties, providers and group norms.

pub(crate) mod illness_list;
pub(crate) mod illnesses;
mod item_list;
pub(crate) mod items;
pub(crate) mod norms;
pub(crate) mod persons;
pub(crate) mod points;
pub(crate) mod providers;
mod stores;

use illnesses::Illnesses;
use items::Items;
use providers::{Counts, Profile, Provider, ProviderKind, Staff};

use crate::Options;
use crate::dice::{Dice, Purpose, Weighted};
use crate::money::Fen;

/// Claims of one county; more make a city of several counties.
const CLAIMS_PER_COUNTY: u64 = 250_000;

/// One county and who works there.
pub(crate) struct County {
    /// Six digits that no real county has.
    pub(crate) code: u32,
    pub(crate) name: String,
    /// Hospitals by [`Profile`].
    pub(crate) hospitals: [Vec<u32>; Profile::ALL.len()],
    weights: [Weighted; Profile::ALL.len()],
    pub(crate) clinics: Vec<u32>,
    pub(crate) pharmacies: Vec<u32>,
}

impl County {
    fn new(serial: u32) -> Self {
        Self {
            code: 509_901 + serial,
            name: format!("云溪{}县", serial + 1),
            hospitals: std::array::from_fn(|_| Vec::new()),
            weights: std::array::from_fn(|_| Weighted::new([1])),
            clinics: Vec::new(),
            pharmacies: Vec::new(),
        }
    }

    /// A hospital of the profile, larger ones more often.
    pub(crate) fn hospital(&self, dice: &mut Dice, profile: Profile) -> u32 {
        self.hospitals[profile as usize][self.weights[profile as usize].draw(dice)]
    }

    pub(crate) fn clinic(&self, dice: &mut Dice) -> u32 {
        self.clinics[dice.below(self.clinics.len())]
    }

    pub(crate) fn pharmacy(&self, dice: &mut Dice) -> u32 {
        self.pharmacies[dice.below(self.pharmacies.len())]
    }
}

/// The world of one run, shared by all persons.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) items: Items,
    pub(crate) illnesses: Illnesses,
    pub(crate) counties: Vec<County>,
    pub(crate) providers: Vec<Provider>,
    pub(crate) staff: Vec<Staff>,
    /// Norm cost by illness; 0 for those without a group.
    pub(crate) norms: Vec<Fen>,
}

impl World {
    pub(crate) fn new(options: &Options) -> Self {
        let items = Items::new();
        let illnesses = Illnesses::new(&items);
        let mut dice = Dice::new(options.seed, Purpose::World, 0);
        let regions = options.claims.div_ceil(CLAIMS_PER_COUNTY).max(1);
        let wanted = Counts::for_claims(options.claims / regions);
        let (mut providers, mut staff) = (Vec::new(), Vec::new());
        let counties = (0..regions as u32)
            .map(|serial| {
                let mut county = County::new(serial);
                providers::settle_county(&mut county, &wanted, &mut providers, &mut staff, &mut dice);
                county
            })
            .collect();
        if !options.clean {
            providers::spoil(&mut providers, &mut dice);
        }
        let mut world = Self { seed: options.seed, items, illnesses, counties, providers, staff, norms: Vec::new() };
        world.norms = norms::of_groups(&world);
        world
    }

    pub(crate) fn provider(&self, number: u32) -> &Provider {
        &self.providers[number as usize]
    }

    /// Bent providers of a kind in a county; where it has none, those of all counties.
    pub(crate) fn bent_providers(&self, county: u32, kind: ProviderKind) -> Vec<u32> {
        let region = self.counties[county as usize].code;
        let all = || (0..self.providers.len() as u32).filter(|&number| self.provider(number).is_bent && self.provider(number).kind == kind);
        let here: Vec<u32> = all().filter(|&number| self.provider(number).region == region).collect();
        if here.is_empty() { all().collect() } else { here }
    }

    /// One of them; `None` in a clean county.
    pub(crate) fn bent_provider(&self, dice: &mut Dice, county: u32, kind: ProviderKind) -> Option<u32> {
        dice.pick(&self.bent_providers(county, kind)).copied()
    }
}
