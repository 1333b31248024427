package packet

// PrvCandidate is an earlier detection of a ZTF alert, or a non-detection, which has
// no candid, position and magnitude.
type PrvCandidate struct {
	Jd              float64  `avro:"jd"`
	Fid             int32    `avro:"fid"`
	Pid             int64    `avro:"pid"`
	Diffmaglim      *float32 `avro:"diffmaglim"`
	Pdiffimfilename *string  `avro:"pdiffimfilename"`
	Programpi       *string  `avro:"programpi"`
	Programid       int32    `avro:"programid"`
	Candid          *int64   `avro:"candid"`
	Isdiffpos       *string  `avro:"isdiffpos"`
	Tblid           *int64   `avro:"tblid"`
	Nid             *int32   `avro:"nid"`
	Rcid            *int32   `avro:"rcid"`
	Field           *int32   `avro:"field"`
	Xpos            *float32 `avro:"xpos"`
	Ypos            *float32 `avro:"ypos"`
	RA              *float64 `avro:"ra"`
	Dec             *float64 `avro:"dec"`
	Magpsf          *float32 `avro:"magpsf"`
	Sigmapsf        *float32 `avro:"sigmapsf"`
	Chipsf          *float32 `avro:"chipsf"`
	Magap           *float32 `avro:"magap"`
	Sigmagap        *float32 `avro:"sigmagap"`
	Distnr          *float32 `avro:"distnr"`
	Magnr           *float32 `avro:"magnr"`
	Sigmagnr        *float32 `avro:"sigmagnr"`
	Chinr           *float32 `avro:"chinr"`
	Sharpnr         *float32 `avro:"sharpnr"`
	Sky             *float32 `avro:"sky"`
	Magdiff         *float32 `avro:"magdiff"`
	Fwhm            *float32 `avro:"fwhm"`
	Classtar        *float32 `avro:"classtar"`
	Mindtoedge      *float32 `avro:"mindtoedge"`
	Magfromlim      *float32 `avro:"magfromlim"`
	Seeratio        *float32 `avro:"seeratio"`
	Aimage          *float32 `avro:"aimage"`
	Bimage          *float32 `avro:"bimage"`
	Aimagerat       *float32 `avro:"aimagerat"`
	Bimagerat       *float32 `avro:"bimagerat"`
	Elong           *float32 `avro:"elong"`
	Nneg            *int32   `avro:"nneg"`
	Nbad            *int32   `avro:"nbad"`
	Rb              *float32 `avro:"rb"`
	Ssdistnr        *float32 `avro:"ssdistnr"`
	Ssmagnr         *float32 `avro:"ssmagnr"`
	Ssnamenr        *string  `avro:"ssnamenr"`
	Sumrat          *float32 `avro:"sumrat"`
	Magapbig        *float32 `avro:"magapbig"`
	Sigmagapbig     *float32 `avro:"sigmagapbig"`
	Ranr            *float64 `avro:"ranr"`
	Decnr           *float64 `avro:"decnr"`
	Scorr           *float64 `avro:"scorr"`
	Magzpsci        *float32 `avro:"magzpsci"`
	Magzpsciunc     *float32 `avro:"magzpsciunc"`
	Magzpscirms     *float32 `avro:"magzpscirms"`
	Clrcoeff        *float32 `avro:"clrcoeff"`
	Clrcounc        *float32 `avro:"clrcounc"`
	Rbversion       string   `avro:"rbversion"`
}

// ForcedPhotometry is one forced measurement of a ZTF alert. Fluxes are in DN at the
// zero point Magzpsci; -99999 stands for no value.
type ForcedPhotometry struct {
	Field              *int32   `avro:"field"`
	Rcid               *int32   `avro:"rcid"`
	Fid                int32    `avro:"fid"`
	Pid                int64    `avro:"pid"`
	Rfid               int64    `avro:"rfid"`
	Sciinpseeing       *float32 `avro:"sciinpseeing"`
	Scibckgnd          *float32 `avro:"scibckgnd"`
	Scisigpix          *float32 `avro:"scisigpix"`
	Magzpsci           *float32 `avro:"magzpsci"`
	Magzpsciunc        *float32 `avro:"magzpsciunc"`
	Magzpscirms        *float32 `avro:"magzpscirms"`
	Clrcoeff           *float32 `avro:"clrcoeff"`
	Clrcounc           *float32 `avro:"clrcounc"`
	Exptime            *float32 `avro:"exptime"`
	Adpctdif1          *float32 `avro:"adpctdif1"`
	Adpctdif2          *float32 `avro:"adpctdif2"`
	Diffmaglim         *float32 `avro:"diffmaglim"`
	Programid          int32    `avro:"programid"`
	Jd                 float64  `avro:"jd"`
	Forcediffimflux    *float32 `avro:"forcediffimflux"`
	Forcediffimfluxunc *float32 `avro:"forcediffimfluxunc"`
	Procstatus         *string  `avro:"procstatus"`
	Distnr             *float32 `avro:"distnr"`
	Ranr               float64  `avro:"ranr"`
	Decnr              float64  `avro:"decnr"`
	Magnr              *float32 `avro:"magnr"`
	Sigmagnr           *float32 `avro:"sigmagnr"`
	Chinr              *float32 `avro:"chinr"`
	Sharpnr            *float32 `avro:"sharpnr"`
}
