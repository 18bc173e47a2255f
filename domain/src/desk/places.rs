//! Which region somebody is in, by what they say, their telephone number, their network address or the place that they share.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Desk, Region};
use crate::phone;

/// The radius of the earth.
const EARTH_KM: f64 = 6371.0;
/// Half around the earth.
const FARTHEST_KM: f64 = 20_040.0;

/// A circle on the map.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Around {
    /// Degrees north, WGS 84.
    pub latitude: f64,
    /// Degrees east, WGS 84.
    pub longitude: f64,
    /// From its middle to its edge.
    pub kilometres: f64,
}

impl Around {
    /// Whether it is a place on earth.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        if !(-90.0..=90.0).contains(&self.latitude) || !(-180.0..=180.0).contains(&self.longitude) {
            return Err("latitude is from -90 to 90, longitude from -180 to 180 degrees".to_owned());
        }
        if !(self.kilometres > 0.0 && self.kilometres <= FARTHEST_KM) {
            return Err(format!("kilometres is above 0 and at most {FARTHEST_KM}"));
        }
        Ok(())
    }

    /// How far a place is from the middle.
    fn kilometres_to(&self, latitude: f64, longitude: f64) -> f64 {
        let (here, there) = (self.latitude.to_radians(), latitude.to_radians());
        let (north, east) = ((there - here) / 2.0, (longitude - self.longitude).to_radians() / 2.0);
        let chord = north.sin().powi(2) + here.cos() * there.cos() * east.sin().powi(2);
        2.0 * EARTH_KM * chord.clamp(0.0, 1.0).sqrt().asin()
    }
}

/// Where a network address is, as far as somebody's table knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The country, by ISO 3166-1.
    pub country: Option<String>,
    /// States, provinces and the like by the second part of ISO 3166-2, the largest first.
    pub subdivisions: Vec<String>,
    /// What the city is called, in several languages.
    pub cities: Vec<String>,
}

impl Desk {
    /// Key of the region that people have of whom nothing is known.
    pub fn default_region(&self) -> Option<&str> {
        self.regions.values().find(|region| region.default).map(|region| region.key.as_str())
    }

    /// The region of a telephone number: by the operator's table, else the country.
    pub fn region_of_phone(&self, written: &str) -> Option<&str> {
        let number = phone::normalise(written)?;
        let in_table = self.prefixes.regions_of(&number).find_map(|key| self.known_region(key));
        in_table.or_else(|| phone::country(&number).and_then(|country| self.known_region(country)))
    }

    /// The region at a place: the smallest circle that it lies in.
    pub fn region_at(&self, latitude: f64, longitude: f64) -> Option<&str> {
        let circles = self.regions.values().filter_map(|region| Some((region.around?, region)));
        let holding = circles.filter(|(around, _)| around.kilometres_to(latitude, longitude) <= around.kilometres);
        holding.min_by(|(one, _), (other, _)| one.kilometres.total_cmp(&other.kilometres)).map(|(_, region)| region.key.as_str())
    }

    /// The region of a network address: the city by its name, else the smallest subdivision (`DE-BE`), else the country (`DE`).
    pub fn region_of_place(&self, place: &Whereabouts) -> Option<&str> {
        let country = place.country.as_deref()?;
        let subdivision = place.subdivisions.iter().rev().find_map(|part| self.known_region(&format!("{country}-{part}")));
        let around = subdivision.or_else(|| self.known_region(country));
        let city = around.and_then(|around| {
            let has_name = |region: &&Region| place.cities.iter().any(|city| is_called(region, city));
            self.regions.values().filter(has_name).find(|region| self.region_path(&region.key).iter().any(|key| key == around))
        });
        city.map(|region| region.key.as_str()).or(around)
    }

    /// The region that a value of a form means: by its key or a name in any language; of several levels, the last one that is a region.
    pub fn region_said(&self, value: &Value) -> Option<&str> {
        match value {
            Value::String(text) => {
                let text = text.trim();
                self.known_region(text).or_else(|| self.regions.values().find(|region| is_called(region, text)).map(|region| region.key.as_str()))
            }
            Value::Array(levels) => levels.iter().rev().find_map(|level| self.region_said(level)),
            _ => None,
        }
    }

    fn known_region(&self, key: &str) -> Option<&str> {
        self.regions.get_key_value(key).map(|(key, _)| key.as_str())
    }
}

fn is_called(region: &Region, name: &str) -> bool {
    let name = name.to_lowercase();
    !name.is_empty() && (region.key.to_lowercase() == name || region.name.0.values().any(|known| known.to_lowercase() == name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::phone::Prefixes;

    fn desk() -> Desk {
        let mut desk = Desk::default();
        for (key, parent, english, chinese, around) in [
            ("DE", None, "Germany", "德国", Some((51.0, 10.0, 600.0))),
            ("DE-BE", Some("DE"), "Berlin", "柏林", Some((52.52, 13.4, 30.0))),
            ("DE-BY", Some("DE"), "Bavaria", "巴伐利亚", None),
            ("munich", Some("DE-BY"), "Munich", "慕尼黑", None),
            ("US", None, "United States", "美国", None),
            ("paris_tx", Some("US"), "Paris", "巴黎", None),
            ("FR", None, "France", "法国", None),
        ] {
            let around =
                around.map(|(latitude, longitude, kilometres)| json!({"latitude": latitude, "longitude": longitude, "kilometres": kilometres}));
            let region = json!({"key": key, "parent": parent, "name": {"en": english, "zh": chinese}, "around": around});
            desk.regions.insert(key.to_owned(), serde_json::from_value(region).unwrap());
        }
        desk.prefixes = Arc::new(Prefixes::read("+4930,DE-BE\n+4989,munich\n+4940,hamburg\n").unwrap());
        desk
    }

    #[test]
    fn a_number_is_where_the_longest_known_beginning_says() {
        for (number, region) in [
            ("+49 30 123456", Some("DE-BE")),
            ("0049 89 123456", Some("munich")),
            ("+49 40 123456", Some("DE")),
            ("+33 1 23456789", Some("FR")),
            ("030 123456", None),
            ("+48 22 123456", None),
        ] {
            assert_eq!(desk().region_of_phone(number), region, "{number}");
        }
    }

    #[test]
    fn a_place_is_in_the_smallest_circle() {
        for (latitude, longitude, region) in [(52.5, 13.4, Some("DE-BE")), (48.14, 11.58, Some("DE")), (40.7, -74.0, None), (f64::NAN, 0.0, None)] {
            assert_eq!(desk().region_at(latitude, longitude), region, "{latitude} {longitude}");
        }
        let at = |latitude, kilometres| Around { latitude, longitude: 0.0, kilometres };
        assert!(at(0.0, 5.0).check().is_ok());
        for wrong in [at(91.0, 5.0), at(0.0, 0.0), at(0.0, f64::NAN), at(f64::INFINITY, 1.0)] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_address_is_in_the_nearest_region_that_there_is() {
        for (country, subdivisions, city, region) in [
            (Some("DE"), &["BE"][..], Some("Berlin"), Some("DE-BE")),
            (Some("DE"), &["BY"], Some("München"), Some("DE-BY")),
            (Some("DE"), &["BY"], Some("munich"), Some("munich")),
            (Some("DE"), &["HH"], None, Some("DE")),
            // There is a Paris here, but in another country.
            (Some("FR"), &["IDF"], Some("Paris"), Some("FR")),
            (Some("PL"), &[], Some("Berlin"), None),
            (None, &["BE"], Some("Berlin"), None),
        ] {
            let place = Whereabouts {
                country: country.map(str::to_owned),
                subdivisions: subdivisions.iter().map(|part| (*part).to_owned()).collect(),
                cities: city.map(str::to_owned).into_iter().collect(),
            };
            assert_eq!(desk().region_of_place(&place), region, "{place:?}");
        }
    }

    #[test]
    fn a_form_names_a_region_by_key_or_name() {
        for (value, region) in [
            (json!("DE-BE"), Some("DE-BE")),
            (json!(" berlin "), Some("DE-BE")),
            (json!("德国"), Some("DE")),
            (json!(["DE", "DE-BY"]), Some("DE-BY")),
            (json!(["DE", "elsewhere"]), Some("DE")),
            (json!("Atlantis"), None),
            (json!(""), None),
            (json!(7), None),
        ] {
            assert_eq!(desk().region_said(&value), region, "{value}");
        }
    }
}
