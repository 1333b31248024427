package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Writable checks that files can be made in a folder, or in the nearest one above
// it that is there. Nothing is left behind.
func Writable(name, folder, fix string) Check {
	return Check{Name: name, Run: func(context.Context) (string, error) {
		if folder == "" {
			return "", finding(fmt.Errorf("no place for it: $HOME is not set"), fix)
		}
		there, detail := folder, folder
		for {
			info, err := os.Stat(there)
			if err == nil && !info.IsDir() {
				return "", finding(fmt.Errorf("%s is no folder", there), fix)
			}
			if err == nil {
				break
			}
			if up := filepath.Dir(there); up != there && isMissing(err) {
				there, detail = up, folder+" (made when it is needed)"
				continue
			}
			return "", finding(err, fix)
		}
		file, err := os.CreateTemp(there, ".pgb-doctor-*")
		if err != nil {
			return "", finding(err, fix)
		}
		err = file.Close()
		if removed := os.Remove(file.Name()); err == nil {
			err = removed
		}
		return detail, err
	}}
}

func isMissing(err error) bool {
	return os.IsNotExist(err) || strings.Contains(err.Error(), fs.ErrNotExist.Error())
}

// Listens checks that something listens at an address.
func Listens(name, address, fix string) Check {
	return Check{Name: name, Run: func(ctx context.Context) (string, error) {
		var dialer net.Dialer
		connection, err := dialer.DialContext(ctx, "tcp", address)
		if err != nil {
			return "", finding(err, fix)
		}
		return "listens at " + address, connection.Close()
	}}
}

// Proxy tells the variables by which connections go through a proxy, and checks that
// the proxy is one that can be reached.
func Proxy(getenv func(string) string) Check {
	return Check{Name: "proxy", Run: func(ctx context.Context) (string, error) {
		var set []string
		for _, name := range []string{"HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"} {
			if value := getenv(name); value != "" {
				set = append(set, name+"="+withoutPassword(value))
			}
		}
		if len(set) == 0 {
			return "none named (HTTPS_PROXY)", nil
		}
		for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
			if err := reachProxy(ctx, getenv(name)); err != nil {
				return "", finding(fmt.Errorf("%s=%s: %w", name, withoutPassword(getenv(name)), err), "such as "+name+"=http://proxy.example.org:3128", "unset "+name)
			}
		}
		return strings.Join(set, ", "), nil
	}}
}

// proxyPorts are those of proxies that name none, by how they are spoken to.
var proxyPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// reachProxy connects to a proxy; an empty address is none.
func reachProxy(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address // as Go's libraries read it
	}
	at, err := url.Parse(address)
	if err != nil || at.Hostname() == "" {
		return errors.New("that is no address of a proxy")
	}
	port, known := proxyPorts[at.Scheme]
	if !known {
		return fmt.Errorf("%s is no way to speak to a proxy", at.Scheme)
	}
	if at.Port() != "" {
		port = at.Port()
	}
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(at.Hostname(), port))
	if err != nil {
		return fmt.Errorf("no proxy answers there: %w", err)
	}
	return connection.Close()
}

// withoutPassword leaves out what is before the host of an address.
func withoutPassword(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	scheme, _, found := strings.Cut(address, "://")
	if !found || len(scheme) > at {
		return "..." + address[at:]
	}
	return scheme + "://..." + address[at:]
}
