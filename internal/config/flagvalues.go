package config

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// joinNegative writes a flag and a negative number behind it as one argument: by
// itself, the number would be taken for a flag.
func joinNegative(args []string, flags []*kong.Flag) []string {
	out := make([]string, 0, len(args))
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(out, args[i:]...)
		}
		if i+1 < len(args) && takesValue(args[i], flags) && negative.MatchString(args[i+1]) {
			out = append(out, args[i]+"="+args[i+1])
			i++
			continue
		}
		out = append(out, args[i])
	}
	return out
}

var negative = regexp.MustCompile(`^-[.0-9]`)

func takesValue(arg string, flags []*kong.Flag) bool {
	f := flagNamed(strings.TrimPrefix(arg, "--"), flags)
	return f != nil && strings.HasPrefix(arg, "--") && !f.IsBool()
}

func flagNamed(name string, flags []*kong.Flag) *kong.Flag {
	for _, f := range flags {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// What kong says of a flag's value.
var (
	noValue = regexp.MustCompile(`^--([\w-]+): expected .* value but got`)
	noBool  = regexp.MustCompile(`^--([\w-]+): bool value must be .* but got (".*")$`)
)

// valueError is kong's error about a flag's value in our words; nil if it is about
// something else.
func valueError(err error, flags []*kong.Flag) error {
	if found := noBool.FindStringSubmatch(err.Error()); found != nil {
		return fmt.Errorf("%s is %s: must be true or false", namesOf(found[1], flags), found[2])
	}
	if found := noValue.FindStringSubmatch(err.Error()); found != nil {
		value := "VALUE"
		if f := flagNamed(found[1], flags); f != nil && f.PlaceHolder != "" {
			value = f.PlaceHolder
		}
		return fmt.Errorf("%s has no value: write --%s=%s", namesOf(found[1], flags), found[1], value)
	}
	return nil
}

// namesOf are both names of a flag.
func namesOf(name string, flags []*kong.Flag) string {
	set := setting{flag: "--" + name}
	if f := flagNamed(name, flags); f != nil {
		set.variable = f.Tag.Get("variable")
	}
	if set.variable == "" {
		return set.flag
	}
	return set.names()
}
