package packet

// ZTF is an alert of ZTF, schema 4.02. Fields mean what the survey's schema says;
// a nil pointer is null.
type ZTF struct {
	Schemavsn        string             `avro:"schemavsn"`
	Publisher        string             `avro:"publisher"`
	ObjectID         string             `avro:"objectId"`
	Candid           int64              `avro:"candid"`
	Candidate        Candidate          `avro:"candidate"`
	PrvCandidates    []PrvCandidate     `avro:"prv_candidates"`
	FpHists          []ForcedPhotometry `avro:"fp_hists"`
	CutoutScience    *Cutout            `avro:"cutoutScience"`
	CutoutTemplate   *Cutout            `avro:"cutoutTemplate"`
	CutoutDifference *Cutout            `avro:"cutoutDifference"`
}

// Cutout is one stamp image of a ZTF alert: a gzipped FITS file.
type Cutout struct {
	FileName  string `avro:"fileName"`
	StampData []byte `avro:"stampData"`
}

// Candidate is the detection that caused a ZTF alert. Times are JD UTC at the start
// of the exposure, angles degrees, distances to neighbours arcsec, magnitudes AB.
type Candidate struct {
	Jd              float64  `avro:"jd"`
	Fid             int32    `avro:"fid"`
	Pid             int64    `avro:"pid"`
	Diffmaglim      *float32 `avro:"diffmaglim"`
	Pdiffimfilename *string  `avro:"pdiffimfilename"`
	Programpi       *string  `avro:"programpi"`
	Programid       int32    `avro:"programid"`
	Candid          int64    `avro:"candid"`
	Isdiffpos       string   `avro:"isdiffpos"`
	Tblid           *int64   `avro:"tblid"`
	Nid             *int32   `avro:"nid"`
	Rcid            *int32   `avro:"rcid"`
	Field           *int32   `avro:"field"`
	Xpos            *float32 `avro:"xpos"`
	Ypos            *float32 `avro:"ypos"`
	RA              float64  `avro:"ra"`
	Dec             float64  `avro:"dec"`
	Magpsf          float32  `avro:"magpsf"`
	Sigmapsf        float32  `avro:"sigmapsf"`
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
	Ranr            float64  `avro:"ranr"`
	Decnr           float64  `avro:"decnr"`
	Sgmag1          *float32 `avro:"sgmag1"`
	Srmag1          *float32 `avro:"srmag1"`
	Simag1          *float32 `avro:"simag1"`
	Szmag1          *float32 `avro:"szmag1"`
	Sgscore1        *float32 `avro:"sgscore1"`
	Distpsnr1       *float32 `avro:"distpsnr1"`
	Ndethist        int32    `avro:"ndethist"`
	Ncovhist        int32    `avro:"ncovhist"`
	Jdstarthist     *float64 `avro:"jdstarthist"`
	Jdendhist       *float64 `avro:"jdendhist"`
	Scorr           *float64 `avro:"scorr"`
	Tooflag         *int32   `avro:"tooflag"`
	Objectidps1     *int64   `avro:"objectidps1"`
	Objectidps2     *int64   `avro:"objectidps2"`
	Sgmag2          *float32 `avro:"sgmag2"`
	Srmag2          *float32 `avro:"srmag2"`
	Simag2          *float32 `avro:"simag2"`
	Szmag2          *float32 `avro:"szmag2"`
	Sgscore2        *float32 `avro:"sgscore2"`
	Distpsnr2       *float32 `avro:"distpsnr2"`
	Objectidps3     *int64   `avro:"objectidps3"`
	Sgmag3          *float32 `avro:"sgmag3"`
	Srmag3          *float32 `avro:"srmag3"`
	Simag3          *float32 `avro:"simag3"`
	Szmag3          *float32 `avro:"szmag3"`
	Sgscore3        *float32 `avro:"sgscore3"`
	Distpsnr3       *float32 `avro:"distpsnr3"`
	Nmtchps         int32    `avro:"nmtchps"`
	Rfid            int64    `avro:"rfid"`
	Jdstartref      float64  `avro:"jdstartref"`
	Jdendref        float64  `avro:"jdendref"`
	Nframesref      int32    `avro:"nframesref"`
	Rbversion       string   `avro:"rbversion"`
	Dsnrms          *float32 `avro:"dsnrms"`
	Ssnrms          *float32 `avro:"ssnrms"`
	Dsdiff          *float32 `avro:"dsdiff"`
	Magzpsci        *float32 `avro:"magzpsci"`
	Magzpsciunc     *float32 `avro:"magzpsciunc"`
	Magzpscirms     *float32 `avro:"magzpscirms"`
	Nmatches        int32    `avro:"nmatches"`
	Clrcoeff        *float32 `avro:"clrcoeff"`
	Clrcounc        *float32 `avro:"clrcounc"`
	Zpclrcov        *float32 `avro:"zpclrcov"`
	Zpmed           *float32 `avro:"zpmed"`
	Clrmed          *float32 `avro:"clrmed"`
	Clrrms          *float32 `avro:"clrrms"`
	Neargaia        *float32 `avro:"neargaia"`
	Neargaiabright  *float32 `avro:"neargaiabright"`
	Maggaia         *float32 `avro:"maggaia"`
	Maggaiabright   *float32 `avro:"maggaiabright"`
	Exptime         *float32 `avro:"exptime"`
	Drb             *float32 `avro:"drb"`
	Drbversion      string   `avro:"drbversion"`
}
