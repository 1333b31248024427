package config

import "slices"

// Variable is an environment variable that the program heeds.
type Variable struct {
	Name string
	Doc  string
	// Library says that a library heeds it, and not the program's own code.
	Library bool
}

// Variables lists the environment variables that the program heeds.
func Variables() []Variable { return slices.Clone(variables) }

var variables = []Variable{
	{"PGB_CONFIG", "the configuration file, in the place of the platform's", false},
	{"PGB_SANDBOX", "1 reads the sandbox, 0 does not whatever the configuration file says; flags go before it", false},
	{"PGB_ARCHIVE", "where lookups look: local, bigquery or a file", false},
	{"PGB_SANDBOX_DIR", "the folder that the sandbox's archive is kept in", false},
	{"GOOGLE_CLOUD_PROJECT", "your Google Cloud project", false},
	{"GOOGLE_APPLICATION_CREDENTIALS", "the file with the credentials, in the place of gcloud's", false},
	{"GOOGLE_CLOUD_QUOTA_PROJECT", "the project that calls are counted for, in the place of the credentials' own", true},
	{"PUBSUB_EMULATOR_HOST", "host:port of a Pub/Sub emulator, such as pgb sandbox serve, that is read instead of Google's service", false},
	{"BIGQUERY_EMULATOR_HOST", "address of a BigQuery emulator that is asked instead of Google's service", false},
	{"STORAGE_EMULATOR_HOST", "address of a Cloud Storage emulator that is asked for packets instead of Google's service", false},
	{"HTTPS_PROXY", "the proxy for connections to Google's services; https_proxy is heeded too", false},
	{"NO_PROXY", "hosts that are reached without the proxy; no_proxy is heeded too", false},
	{"NO_GCE_CHECK", "true does not look for the credentials of a machine at Google", true},
	{"XDG_CONFIG_HOME", "the folder for configuration on Linux", true},
	{"XDG_DATA_HOME", "the folder for the local archive on Linux", false},
	{"XDG_STATE_HOME", "the folder for what is kept between runs, such as quarantine files", false},
	{"XDG_CACHE_HOME", "the folder for what can be made again, such as the sandbox's archive, on Linux", true},
	{"HOME", "your home folder, where none of the folders above is named", false},
	{"LocalAppData", "the folder for the local archive on Windows", false},
	{"NO_COLOR", "anything but nothing turns colours off", false},
	{"TERM", "what the terminal is; dumb turns colours and the viewer off", false},
	{"COLORTERM", "truecolor where the terminal shows any colour, which pgb cutouts --show then uses", false},
	{"COLUMNS", "the width of tables where the output is no terminal", false},
	{"LC_ALL", "the locale; one without UTF-8 gets plain characters", false},
	{"LC_CTYPE", "as LC_ALL, where that is not set", false},
	{"LANG", "as LC_CTYPE, where that is not set", false},
	{"GOGC", "how much memory may grow between collections, in percent; the viewer takes 40 where it is not set", false},
}
