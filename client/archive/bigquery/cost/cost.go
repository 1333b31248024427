// Package cost models what questions to tables in BigQuery read, and so cost. It
// is arithmetic: nothing is asked, and no table is looked at.
//
// A query is billed for the values of the columns that it names, in all rows of
// the partitions and blocks that its conditions do not rule out. Partitions are
// days. In a clustered table the rows of a day lie in blocks, sorted by the
// cluster columns, and a condition on the first of them rules out every block
// whose range does not meet it. A dry run knows of partitions, not of blocks: its
// figure is an upper bound, that of the model what is to be expected.
//
// How large a block is, the service does not say; see [BlockBytes]. How well a
// table is sorted changes with time: rows that have just arrived are not yet.
package cost

import "math"

const (
	// BlockBytes is how much of a table a block is taken to hold, all columns
	// counted, in the size that is billed. It is on the large side of what
	// users report, so that the model rather promises too little.
	BlockBytes = 256 << 20
	// LeastBytes is billed at least for each table that a query names.
	LeastBytes = 10 << 20
	// USDPerTiB is the list price of 2^40 bytes of on-demand queries.
	USDPerTiB = 6.25
	// FreeBytes cost nothing, each month and each billing account.
	FreeBytes = 1 << 40
)

// Shape is what a table is like.
type Shape struct {
	Rows     float64
	RowBytes float64 // of all columns of a row, as they are billed
	// Partitions is how many days have rows; 0 for a table without partitions.
	Partitions float64
	// Clustered says that the rows of a partition, or of a table without
	// partitions, are sorted by place on the sky.
	Clustered bool
	// Footprint is the part of the sky, square degrees, that the rows of a
	// partition lie in; it matters for a clustered table alone. 0 is the
	// whole sky.
	Footprint float64
}

// Read is what a statement reads of a table.
type Read struct {
	RowBytes float64 // of the columns that it names
	// Partitions is how many days its conditions leave; 0 for all.
	Partitions float64
	// Ranges is how many separate ranges of the first cluster column its
	// conditions leave, and Area how large they are together, square degrees;
	// 0 for the whole sky.
	Ranges int
	Area   float64
}

// SquareDegreesOfSky is the area of the whole sky.
const SquareDegreesOfSky = 4 * math.Pi * (180 / math.Pi) * (180 / math.Pi)

// Bytes gives what a read is expected to be billed for. It is never less than
// the least amount, nor more than [Shape.Bound].
func (s Shape) Bytes(r Read) float64 {
	partitions := max(s.Partitions, 1)
	left := partitions
	if s.Partitions > 0 && r.Partitions > 0 {
		left = min(r.Partitions, partitions)
	}
	return max(left*s.rowsOfPartition(r)*r.RowBytes, LeastBytes)
}

// Bound gives what a read may be billed for at most, which is what a dry run
// says: partitions count, blocks do not.
func (s Shape) Bound(r Read) float64 {
	r.Ranges = 0
	return s.Bytes(r)
}

// rowsOfPartition gives the rows of the blocks of one partition that are read.
func (s Shape) rowsOfPartition(r Read) float64 {
	rows := s.Rows / max(s.Partitions, 1)
	if !s.Clustered || r.Ranges <= 0 {
		return rows
	}
	block := s.rowsOfBlock()
	blocks := rows / block
	footprint := s.Footprint
	if footprint <= 0 {
		footprint = SquareDegreesOfSky
	}
	// A range that begins anywhere in a block meets one more than its own
	// length in blocks.
	met := float64(r.Ranges) + r.Area/footprint*blocks
	return min(met*block, rows)
}

func (s Shape) rowsOfBlock() float64 { return max(1, BlockBytes/max(s.RowBytes, 1)) }

// USD gives the list price of so many bytes, without what is free.
func USD(bytes float64) float64 { return bytes / (1 << 40) * USDPerTiB }
