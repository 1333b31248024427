package alert

// scratch is storage that a row keeps from message to message.
type scratch struct{}
