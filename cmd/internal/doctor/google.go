package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials"

	"github.com/mwvgroup/pgb/client/signin"
)

// Google is what the checks ask of Google's services. The zero value of each
// address is the service's own.
type Google struct {
	Project string
	// Reach is the address that tells whether there is a network, and the time.
	Reach string
	// Token is where tokens come from, TokenInfo what tells whose they are.
	Token, TokenInfo string
	// Resources is the Cloud Resource Manager's address.
	Resources string
	// Now tells the time of this machine.
	Now func() time.Time

	once   sync.Once
	done   chan struct{} // closed when the credentials are found, or not
	found  *auth.Credentials
	failed error
	token  string
	member string // of a policy: "user:somebody@example.org"
}

// scope is what streams and lookups ask for.
const scope = "https://www.googleapis.com/auth/cloud-platform"

func orDefault(address, otherwise string) string {
	if address == "" {
		return otherwise
	}
	return address
}

// Clock differences, above which something goes wrong: tokens are refused at some
// minutes, and lags and ages are off before.
const (
	clockSeen = 3 * time.Second // below it a Date header tells nothing
	clockMost = time.Minute
)

// Network checks that Google's services can be reached, and notes what time they
// have.
func (g *Google) Network() []Check {
	var ahead time.Duration // of the service's clock
	told := false
	return []Check{
		{Name: "network", Run: func(ctx context.Context) (string, error) {
			address := orDefault(g.Reach, "https://pubsub.googleapis.com/")
			asked, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
			if err != nil {
				return "", err
			}
			begun := g.Now()
			answer, err := http.DefaultClient.Do(asked)
			if err != nil {
				return "", finding(fmt.Errorf("%s can't be reached (%w)", asked.URL.Host, inner(err)),
					"is there a network? behind a proxy: set HTTPS_PROXY", "pgb stream --sandbox needs none")
			}
			answer.Body.Close()
			took := g.Now().Sub(begun)
			if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
				ahead, told = date.Add(time.Second/2).Sub(begun.Add(took/2)), true
			}
			return fmt.Sprintf("%s answers in %v", asked.URL.Host, took.Round(time.Millisecond)), nil
		}},
		{Name: "clock", Needs: []string{"network"}, Run: func(context.Context) (string, error) {
			switch off := ahead.Abs().Round(time.Second); {
			case !told:
				return "", skip("the service does not say what time it is")
			case off > clockMost:
				return "", finding(fmt.Errorf("%v %s the service's", off, map[bool]string{true: "behind", false: "ahead of"}[ahead > 0]),
					"set it: sudo timedatectl set-ntp true, on Windows w32tm /resync")
			case off > clockSeen:
				return fmt.Sprintf("%v %s the service's", off, map[bool]string{true: "behind", false: "ahead of"}[ahead > 0]), nil
			}
			return "as the service's", nil
		}},
	}
}

// inner gives the reason behind an error of a request, without the address.
func inner(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err
	}
	return err
}

// detect finds the credentials that every command takes.
func (g *Google) detect(ctx context.Context) (*auth.Credentials, error) {
	g.once.Do(func() {
		g.done = make(chan struct{})
		go func() {
			defer close(g.done)
			g.found, g.failed = credentials.DetectDefault(&credentials.DetectOptions{Scopes: []string{scope}, TokenURL: g.Token})
		}()
	})
	select {
	case <-g.done:
		return g.found, g.failed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// kinds are what credentials call themselves, in words.
var kinds = map[string]string{
	"service_account": "service account", "authorized_user": "user", "impersonated_service_account": "impersonated service account",
	"external_account": "workload identity", "external_account_authorized_user": "workforce identity", "gdch_service_account": "service account (distributed cloud)",
}

// Credentials checks which credentials there are, and that they work.
func (g *Google) Credentials() []Check {
	return []Check{
		{Name: "credentials", Run: g.describeCredentials},
		{Name: "token", Needs: []string{"credentials", "network"}, Run: g.getToken},
	}
}

func (g *Google) describeCredentials(ctx context.Context) (string, error) {
	found, err := g.detect(ctx)
	if err != nil {
		if strings.Contains(err.Error(), "could not find default credentials") {
			return "", finding(signin.ErrNoCredentials, signin.Remedies()...)
		}
		return "", finding(signin.NoCredentials(err), signin.Remedies()...)
	}
	var file struct {
		Type    string `json:"type"`
		Email   string `json:"client_email"`
		Account string `json:"account"`
		URL     string `json:"service_account_impersonation_url"`
	}
	kind := "machine at Google"
	if len(found.JSON()) > 0 {
		if err := json.Unmarshal(found.JSON(), &file); err != nil {
			return "", finding(fmt.Errorf("%w: %w", signin.ErrNoCredentials, err), signin.Remedies()...)
		}
		kind = orDefault(kinds[file.Type], file.Type)
	}
	account := orDefault(file.Email, file.Account)
	if file.URL != "" { // .../serviceAccounts/NAME:generateAccessToken
		account, _, _ = strings.Cut(file.URL[strings.LastIndexByte(file.URL, '/')+1:], ":")
	}
	text := kind
	if account != "" {
		text += " " + account
		g.member = "serviceAccount:" + account
		if file.Type == "authorized_user" {
			g.member = "user:" + account
		}
	}
	if os.Getenv(signin.FileVariable) != "" {
		text += ", of " + signin.FileVariable
	}
	if project, err := found.ProjectID(ctx); err == nil && project != "" {
		text += ", project " + project
	}
	if project, err := found.QuotaProjectID(ctx); err == nil && project != "" {
		text += ", quota project " + project
	} else if file.Type == "authorized_user" && g.Project != "" {
		text += ", no quota project (gcloud auth application-default set-quota-project " + g.Project + " sets one)"
	}
	return text, nil
}

// getToken has the credentials give a token, and asks whose it is.
func (g *Google) getToken(ctx context.Context) (string, error) {
	found, err := g.detect(ctx)
	if err != nil {
		return "", err
	}
	token, err := found.Token(ctx)
	if err != nil && signin.IsUnreached(err) {
		return "", finding(fmt.Errorf("no token could be asked for: %w", signin.Cause(err)), "is there a network? behind a proxy: set HTTPS_PROXY")
	}
	if err != nil {
		return "", finding(fmt.Errorf("%w: %s", signin.ErrNoCredentials, firstLine(err.Error())), signin.Remedies()...)
	}
	g.token = token.Value
	text := "given"
	if !token.Expiry.IsZero() {
		text += ", for " + token.Expiry.Sub(g.Now()).Round(time.Minute).String()
	}
	var info struct {
		Email string `json:"email"`
	}
	// Only told where the token's scopes allow it: not knowing is no problem.
	if g.post(ctx, orDefault(g.TokenInfo, "https://oauth2.googleapis.com/tokeninfo"), url.Values{"access_token": {g.token}}, &info) == nil && info.Email != "" {
		text += ", to " + info.Email
		if g.member == "" {
			g.member = "user:" + info.Email
		}
	}
	return text, nil
}

// post sends a form and reads the JSON that comes back.
func (g *Google) post(ctx context.Context, address string, form url.Values, into any) error {
	asked, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	asked.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return answerOf(asked, into)
}

// maxAnswer bounds an answer of a service.
const maxAnswer = 1 << 20

// serviceError is an error as Google's services write it.
type serviceError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Status  string `json:"status"`
	Details []struct {
		Reason string `json:"reason"`
	} `json:"details"`
}

// Error gives the service's words.
func (e *serviceError) Error() string { return firstLine(e.Message) }

// disabled says whether the API is not enabled in the project that pays.
func (e *serviceError) disabled() bool {
	for _, d := range e.Details {
		if d.Reason == "SERVICE_DISABLED" {
			return true
		}
	}
	return strings.Contains(e.Message, "has not been used in project")
}

func answerOf(asked *http.Request, into any) error {
	answer, err := http.DefaultClient.Do(asked)
	if err != nil {
		return inner(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return err
	}
	if answer.StatusCode == http.StatusOK {
		return json.Unmarshal(text, into)
	}
	var said struct {
		Error serviceError `json:"error"`
	}
	if json.Unmarshal(text, &said) != nil || said.Error.Code == 0 {
		return &serviceError{Code: answer.StatusCode, Message: answer.Status}
	}
	return &said.Error
}

// firstLine cuts a message of a library to what fits one line.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
