// Says whether the recorded history of one product's stock is linearizable: whether there is an order of the operations,
// each at one moment between its call and its return, in which a plain counter of stock gives the same answers.
//
//	linearizable FILE     one JSON object a line, as recorded.py writes them; starts from the first line's on_hand
//
// Exit code 0: it is; 1: it is not; 2: could not be decided in time.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

type operation struct {
	Client   int     `json:"client"`
	Call     float64 `json:"call"`
	Return   float64 `json:"return"`
	Kind     string  `json:"kind"`
	Status   int     `json:"status"` // 0: no answer came
	Order    int64   `json:"order"`
	Quantity int64   `json:"quantity"`
	OnHand   int64   `json:"on_hand"`
	Reserved int64   `json:"reserved"`
}

// What an order holds or has had; its zero value is that of an order that never reserved.
type reservation struct {
	state    string
	quantity int64
}

// The stock; never changed in place.
type stock struct {
	onHand, reserved int64
	orders           map[int64]reservation
}

func (s stock) set(order int64, state string, quantity int64) stock {
	s.orders = maps.Clone(s.orders)
	s.orders[order] = reservation{state, quantity}
	return s
}

func equal(a, b any) bool {
	x, y := a.(stock), b.(stock)
	return x.onHand == y.onHand && x.reserved == y.reserved && maps.Equal(x.orders, y.orders)
}

// apply does the operation: the status that a right service answers, and the stock afterwards.
func apply(s stock, o operation) (int, stock) {
	held := s.orders[o.Order]
	state, n := held.state, held.quantity
	switch o.Kind {
	case "reserve":
		if state != "" || s.onHand-s.reserved < o.Quantity {
			return 409, s
		}
		s.reserved += o.Quantity
		return 200, s.set(o.Order, "open", o.Quantity)
	case "confirm":
		switch state {
		case "confirmed":
			return 200, s
		case "open":
			s.onHand -= n
			s.reserved -= n
			return 200, s.set(o.Order, "confirmed", n)
		case "expired": // taken once more where there is enough
			if s.onHand-s.reserved < n {
				return 409, s
			}
			s.onHand -= n
			return 200, s.set(o.Order, "confirmed", n)
		case "":
			return 404, s
		}
		return 409, s
	case "release":
		switch state {
		case "open":
			s.reserved -= n
		case "confirmed":
			s.onHand += n
		}
		return 200, s.set(o.Order, "released", n)
	case "expire":
		if state == "open" {
			s.reserved -= n
			s = s.set(o.Order, "expired", n)
		}
		return 200, s
	case "move":
		if s.onHand+o.Quantity < s.reserved {
			return 409, s
		}
		s.onHand += o.Quantity
		return 201, s
	}
	log.Fatalf("an operation of an unknown kind: %s", o.Kind)
	return 0, s
}

func step(state, input, _ any) (bool, any) {
	s, o := state.(stock), input.(operation)
	if o.Kind == "read" {
		return s.onHand == o.OnHand && s.reserved == o.Reserved, s
	}
	status, next := apply(s, o)
	// Without an answer whatever it does is right; never done is the same as done when all else is over.
	return o.Status == 0 || status == o.Status, next
}

func describe(input, _ any) string {
	o := input.(operation)
	return fmt.Sprintf("%s order %d x%d -> %d (%d/%d)", o.Kind, o.Order, o.Quantity, o.Status, o.OnHand, o.Reserved)
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	var start stock
	var history []porcupine.Operation
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var o operation
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			log.Fatal(err)
		}
		if o.Kind == "start" {
			start = stock{onHand: o.OnHand, orders: map[int64]reservation{}}
			continue
		}
		client := o.Client
		if o.Status == 0 || o.Client < 0 {
			client = 1000 + len(history) // it never came back: the client continues under another number
		}
		history = append(history, porcupine.Operation{ClientId: client, Input: o, Output: 0,
			Call: int64(o.Call * 1e6), Return: int64(o.Return * 1e6)})
	}
	model := porcupine.Model{Init: func() any { return start }, Step: step, Equal: equal, DescribeOperation: describe}
	result, info := porcupine.CheckOperationsVerbose(model, history, time.Minute)
	fmt.Printf("%d operations: %s\n", len(history), result)
	switch result {
	case porcupine.Ok:
		return
	case porcupine.Unknown:
		os.Exit(2)
	}
	_ = porcupine.VisualizePath(model, info, os.Args[1]+".html")
	fmt.Println("drawn in", os.Args[1]+".html")
	os.Exit(1)
}
