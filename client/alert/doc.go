// Package alert says what an alert is, whatever the survey and whatever the
// bytes: it turns the messages of a stream into rows of generic and survey
// fields, light curves, classifications, cutouts and JSON.
//
// A [Message] is what every source delivers. A [Reader] knows a registry of
// topics and payloads, and with it finds out for each message what its bytes
// are. Which of its methods to take:
//
//   - [Reader.View] compiles columns once; [View.Read] then fills a [Row] from
//     each message, touching only what the columns need. This is the way for
//     streams.
//   - [Reader.Photometry], [Reader.Cutouts] and [Reader.Classifications] give
//     one alert's light curve, images and classes.
//   - [Reader.AppendAlertJSON], [Reader.AppendResultJSON] and
//     [Reader.AppendOtherJSON] give the whole message, losing nothing.
//   - [Reader.Datum] gives the Avro record as it is.
//   - [Reader.Identity] says when two messages are the same one.
//   - [Reader.Resolve] says what a column's name means in each topic.
//
// Nothing here knows a survey: which generic field is which path, how a sign is
// spelt or which number means "no value" is data of the registry.
//
// Units: positions are ICRS degrees; times are MJD on UTC, in the middle of the
// exposure; fluxes are nJy and signed, difference minus reference; magnitudes
// are AB, of the absolute flux. Missing is missing: null, NaN, an absent field
// and a survey's sentinel are all the same, and never a number.
package alert
