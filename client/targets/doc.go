// Package targets reads lists of targets: ids of objects and alerts, positions
// on the sky, or both, with whatever else a list says of them.
//
// A list may be plain text (an id or a position on each line), a table (CSV, TSV,
// semicolons, bars, or words between blanks; with or without a header), JSON
// lines, a JSON array, a VOTable 1.x (TABLEDATA, BINARY or BINARY2), Arrow, Parquet
// or the first binary table of a FITS file, each of them also compressed with gzip.
// The format is known by the content. Columns of lists and records in Arrow,
// Parquet and FITS are left out, and their rows are counted as lines are.
//
// [Read] ranges over a list. [New] gives a [Reader], which also tells the columns
// that ride along before it gives the first target.
package targets
