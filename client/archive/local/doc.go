// Package local is an archive of alerts in one SQLite file on this machine.
//
// [Open] opens or makes the file. [Archive.Sink] saves messages: a batch is on
// disk when Put returns, and what was saved before changes nothing. *[Archive]
// answers as every [archive.Archive] does; [Archive.Source] gives back the
// messages as they were saved. One process writes at a time, the others wait for
// it; any number read meanwhile.
//
// An archive holds real alerts or simulated ones, by its first, and refuses the
// other kind.
package local
