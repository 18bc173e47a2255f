//! A table of tiers and regions, to be read or edited.

use bellhop_domain::routing::{ANY, Matrix};
use bellhop_engine::desk::DeskSnapshot;

use crate::console::{
    form::{Choices, Fields},
    shell::Shell,
};

/// Cells of a table that a form carries.
const MOST_CELLS: usize = 1_500;
/// Choices in all cells of a table that is edited here, so that the page stays light.
const MOST_CHOICES: usize = 3_000;

/// A table as it is shown.
pub(super) struct Table {
    pub(super) columns: Vec<Axis>,
    pub(super) lines: Vec<Line>,
    /// Tiers that have no row, and regions that have no column.
    pub(super) more_tiers: Choices,
    pub(super) more_regions: Choices,
    pub(super) is_too_large: bool,
}

/// What a row or a column stands for.
pub(super) struct Axis {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) is_any: bool,
}

/// A row.
pub(super) struct Line {
    pub(super) tier: Axis,
    pub(super) cells: Vec<Cell>,
}

/// A cell.
pub(super) struct Cell {
    /// What the cell is, for those who do not see the table.
    pub(super) label: String,
    /// The department; none where it goes on.
    pub(super) department: Option<String>,
    pub(super) choices: Choices,
    /// What stands there now, where somebody chose something else.
    pub(super) stored: Option<String>,
}

impl Table {
    /// The table as it is stored, or as somebody chose it; then with what is stored where that differs.
    pub(super) fn of(shell: &Shell, desk: &DeskSnapshot, stored: &Matrix, chosen: Option<&Matrix>) -> Self {
        let matrix = chosen.unwrap_or(stored);
        let tier = |key: &String| Axis {
            is_any: key == ANY,
            label: if key == ANY { shell.say("console-rule-any-tier") } else { shell.named(desk.tiers.get(key).map(|tier| &tier.name), key) },
            key: key.clone(),
        };
        let region = |key: &String| Axis {
            is_any: key == ANY,
            label: if key == ANY { shell.say("console-rule-any-region") } else { shell.named(desk.regions.get(key).map(|region| &region.name), key) },
            key: key.clone(),
        };
        let named = |key: &String| shell.department(desk, key);
        let columns: Vec<Axis> = matrix.regions.iter().map(region).collect();
        let cell = |tier: &Axis, column: &Axis, department: Option<&String>| {
            let before = cell_of(stored, &tier.key, &column.key);
            let differs = chosen.is_some() && before != department;
            let choice = |key: &String| (key.clone(), named(key), department == Some(key));
            Cell {
                label: format!("{} × {}", tier.label, column.label),
                department: department.map(named),
                choices: desk.departments.keys().map(choice).collect(),
                stored: differs.then(|| before.map_or_else(|| shell.say("console-rule-passes"), named)),
            }
        };
        let line = |(row, key): (usize, &String)| {
            let tier = tier(key);
            let department = |column: usize| matrix.departments.get(row).and_then(|cells| cells.get(column)).and_then(Option::as_ref);
            let cells = columns.iter().enumerate().map(|(index, column)| cell(&tier, column, department(index))).collect();
            Line { cells, tier }
        };
        let left = |used: &[String], key: &String| !used.contains(key);
        let mut ranked: Vec<_> = desk.tiers.values().collect();
        ranked.sort_by_key(|tier| std::cmp::Reverse(tier.rank));
        let any = |used: &[String], word: &str| (!used.iter().any(|key| key == ANY)).then(|| (ANY.to_owned(), shell.say(word), false));
        let more_tiers = ranked
            .into_iter()
            .filter(|tier| left(&matrix.tiers, &tier.key))
            .map(|tier| (tier.key.clone(), shell.named(Some(&tier.name), &tier.key), false))
            .chain(any(&matrix.tiers, "console-rule-any-tier"))
            .collect();
        let mut more_regions: Choices = desk
            .regions
            .values()
            .filter(|region| left(&matrix.regions, &region.key))
            .map(|region| (region.key.clone(), shell.named(Some(&region.name), &region.key), false))
            .collect();
        more_regions.sort_by(|one, other| one.1.cmp(&other.1));
        more_regions.extend(any(&matrix.regions, "console-rule-any-region"));
        Self {
            lines: matrix.tiers.iter().enumerate().map(line).collect(),
            is_too_large: columns.len() * matrix.tiers.len() * (desk.departments.len() + 1) > MOST_CHOICES,
            columns,
            more_tiers,
            more_regions,
        }
    }
}

fn cell_of<'m>(matrix: &'m Matrix, tier: &str, region: &str) -> Option<&'m String> {
    let row = matrix.tiers.iter().position(|key| key == tier)?;
    let column = matrix.regions.iter().position(|key| key == region)?;
    matrix.departments.get(row)?.get(column)?.as_ref()
}

/// The table that a form says, with the row and the column that it adds; none where the form has none.
pub(super) fn given(fields: &Fields) -> Result<Option<Matrix>, ()> {
    let list = |name: &str| fields.every(name).map(str::to_owned).collect::<Vec<_>>();
    let (mut tiers, mut regions, cells) = (list("tier"), list("region"), list("cell"));
    if tiers.is_empty() && regions.is_empty() {
        return Ok(None);
    }
    // A part of a table is none: a form that was cut off must not empty the rest.
    if regions.is_empty() || cells.len() != tiers.len() * regions.len() || cells.len() > MOST_CELLS {
        return Err(());
    }
    let mut departments: Vec<Vec<Option<String>>> =
        cells.chunks(regions.len()).map(|row| row.iter().map(|key| Some(key.clone()).filter(|key| !key.is_empty())).collect()).collect();
    if let Some(region) = fields.some("add_region").filter(|region| !regions.iter().any(|known| known == region)) {
        // “Any” stays at the end, where people look for it.
        let at = if region != ANY && regions.last().is_some_and(|last| last == ANY) { regions.len() - 1 } else { regions.len() };
        regions.insert(at, region.to_owned());
        for row in &mut departments {
            row.insert(at, None);
        }
    }
    if let Some(tier) = fields.some("add_tier").filter(|tier| !tiers.iter().any(|known| known == tier)) {
        let at = if tier != ANY && tiers.last().is_some_and(|last| last == ANY) { tiers.len() - 1 } else { tiers.len() };
        tiers.insert(at, tier.to_owned());
        departments.insert(at, vec![None; regions.len()]);
    }
    Ok(Some(Matrix { tiers, regions, departments }))
}

/// Without rows and columns that say nothing, unless they have just been added.
pub(super) fn without_empty(matrix: Matrix, fields: &Fields) -> Matrix {
    let added = [fields.some("add_tier"), fields.some("add_region")];
    reduced(matrix, |key| added.contains(&Some(key)))
}

/// Without rows and columns that say nothing, as far as something stays.
pub(super) fn not_empty(matrix: Matrix) -> Matrix {
    reduced(matrix, |_| false)
}

fn reduced(matrix: Matrix, is_kept: impl Fn(&str) -> bool) -> Matrix {
    let says = |cell: &Option<String>| cell.is_some();
    let rows: Vec<usize> = (0..matrix.tiers.len())
        .filter(|row| {
            matrix.departments.get(*row).is_some_and(|cells| cells.iter().any(says)) || matrix.tiers.get(*row).is_some_and(|key| is_kept(key))
        })
        .collect();
    let columns: Vec<usize> = (0..matrix.regions.len())
        .filter(|column| {
            matrix.departments.iter().any(|cells| cells.get(*column).is_some_and(says)) || matrix.regions.get(*column).is_some_and(|key| is_kept(key))
        })
        .collect();
    if rows.is_empty() || columns.is_empty() {
        return matrix;
    }
    let pick = |keys: &[String], places: &[usize]| places.iter().filter_map(|place| keys.get(*place).cloned()).collect::<Vec<_>>();
    Matrix {
        tiers: pick(&matrix.tiers, &rows),
        regions: pick(&matrix.regions, &columns),
        departments: rows
            .iter()
            .filter_map(|row| matrix.departments.get(*row))
            .map(|cells| columns.iter().map(|column| cells.get(*column).cloned().flatten()).collect())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn shown(matrix: &Matrix) -> String {
        let row = |(tier, cells): (&String, &Vec<Option<String>>)| {
            format!("{tier}: {}", cells.iter().map(|cell| cell.as_deref().unwrap_or("-")).collect::<Vec<_>>().join(" "))
        };
        let rows: Vec<String> = matrix.tiers.iter().zip(&matrix.departments).map(row).collect();
        format!("{} | {}", matrix.regions.join(" "), rows.join(" | "))
    }

    #[test]
    fn a_form_is_read_as_a_table() {
        for (form, expected) in [
            ("tier=vip&tier=*&region=DE&region=*&cell=a&cell=&cell=&cell=b", "DE * | vip: a - | *: - b"),
            ("tier=vip&tier=*&region=*&cell=a&cell=b&add_region=DE", "DE * | vip: - a | *: - b"),
            ("tier=vip&region=DE&cell=a&add_region=*&add_tier=*", "DE * | vip: a - | *: - -"),
            ("tier=vip&tier=*&region=*&cell=a&cell=b&add_tier=gold", "* | vip: a | gold: - | *: b"),
            ("tier=vip&region=*&cell=a&add_tier=vip", "* | vip: a"),
        ] {
            assert_eq!(shown(&given(&Fields::read(form.as_bytes())).unwrap().unwrap()), expected, "{form}");
        }
        assert_eq!(given(&Fields::read(b"step=up")), Ok(None));
        for cut in ["tier=vip&tier=*&region=DE&region=*&cell=a", "tier=vip&cell=a", "tier=vip&region=DE"] {
            assert_eq!(given(&Fields::read(cut.as_bytes())), Err(()), "{cut}");
        }
    }

    #[test]
    fn what_says_nothing_goes_and_what_was_just_added_stays() {
        let form = Fields::read(b"tier=vip&tier=gold&tier=*&region=DE&region=FR&region=*&cell=a&cell=&cell=&cell=&cell=&cell=&cell=&cell=&cell=b");
        let matrix = given(&form).unwrap().unwrap();
        assert_eq!(shown(&without_empty(matrix.clone(), &form)), "DE * | vip: a - | *: - b");
        let adding = Fields::read(b"add_tier=gold&add_region=FR");
        assert_eq!(shown(&without_empty(matrix, &adding)), "DE FR * | vip: a - - | gold: - - - | *: - - b");
        let nothing = given(&Fields::read(b"tier=vip&region=*&cell=")).unwrap().unwrap();
        assert_eq!(shown(&not_empty(nothing)), "* | vip: -", "an empty table stays as it is");
    }
}
