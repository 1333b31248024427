package registry

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// Designation reads the provisional designation of a minor planet out of an LSST
// ssObjectId, whose bytes are the packed designation: 21163624394469969 is
// K04J12Q, which is 2004 JQ12. ok is false for a number that is none.
//
// The packed form is the Minor Planet Center's: century letter, year, half-month,
// two characters for the cycle, second letter.
func Designation(ssObjectID int64) (packed, readable string, ok bool) {
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], uint64(ssObjectID))
	if raw[0] != 0 {
		return "", "", false
	}
	packed = string(raw[1:])
	readable, ok = unpackDesignation(packed)
	if !ok {
		return "", "", false
	}
	return packed, readable, true
}

const (
	centuries  = "IJK" // 18, 19, 20
	firstHalf  = "ABCDEFGHJKLMNOPQRSTUVWXY"
	secondHalf = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
	tens       = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

func unpackDesignation(packed string) (string, bool) {
	if len(packed) != 7 {
		return "", false
	}
	century := strings.IndexByte(centuries, packed[0])
	ten := strings.IndexByte(tens, packed[4])
	isDigit := func(c byte) bool { return c >= '0' && c <= '9' }
	if century < 0 || ten < 0 || !isDigit(packed[1]) || !isDigit(packed[2]) || !isDigit(packed[5]) ||
		strings.IndexByte(firstHalf, packed[3]) < 0 || strings.IndexByte(secondHalf, packed[6]) < 0 {
		return "", false
	}
	readable := strconv.Itoa(18+century) + packed[1:3] + " " + packed[3:4] + packed[6:]
	if cycle := ten*10 + int(packed[5]-'0'); cycle > 0 {
		readable += strconv.Itoa(cycle)
	}
	return readable, true
}

// PackDesignation gives the ssObjectId of a provisional designation, readable
// ("2004 JQ12", "2004_JQ12", "2004JQ12") or packed ("K04J12Q"): the inverse of
// [Designation]. ok is false for a text that is none, and for cycles above 619,
// which the packed form of seven characters does not hold.
func PackDesignation(text string) (ssObjectID int64, ok bool) {
	packed := text
	if _, isPacked := unpackDesignation(text); !isPacked {
		if packed, ok = packReadable(text); !ok {
			return 0, false
		}
	}
	for _, c := range []byte(packed) {
		ssObjectID = ssObjectID<<8 | int64(c)
	}
	return ssObjectID, true
}

func packReadable(text string) (packed string, ok bool) {
	if len(text) < 6 {
		return "", false
	}
	year, rest := text[:4], text[4:]
	if rest[0] == ' ' || rest[0] == '_' {
		rest = rest[1:]
	}
	if len(rest) < 2 || len(rest) > 5 {
		return "", false
	}
	cycle := 0
	if digits := rest[2:]; digits != "" {
		n, err := strconv.ParseUint(digits, 10, 16)
		if err != nil || digits[0] == '0' || n >= uint64(10*len(tens)) {
			return "", false
		}
		cycle = int(n)
	}
	century, err := strconv.Atoi(year[:2])
	if err != nil || century < 18 || century >= 18+len(centuries) {
		return "", false
	}
	packed = centuries[century-18:century-17] + year[2:] + rest[:1] + tens[cycle/10:cycle/10+1] + strconv.Itoa(cycle%10) + rest[1:2]
	_, ok = unpackDesignation(packed) // which checks the letters and the year
	return packed, ok
}
