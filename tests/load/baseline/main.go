// The baseline of the load tests: a minimal server that answers GET /products/{id} and POST /orders with the SQL that it is given,
// net/http and pgx, nothing else: no log, no metrics, no checks of tokens, no other service. What it does a second is what
// Go's usual means reach on this machine; bench.py sets our services beside it.
//
//	DATABASE_URL=… baseline -sql FILE -pool 6
//
// It listens on a free port of loopback, which it prints, and ends with its standard input.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const timeout = 10 * time.Second

// What the server runs: the statement of a read, and those of an order by transaction.
type statements struct {
	Read  string     `json:"read"`
	Order [][]string `json:"order"`
}

func load(file string) (all statements, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return all, err
	}
	return all, json.Unmarshal(text, &all)
}

// A transaction, or the pool where a statement is one of its own.
type database interface {
	QueryRow(ctx context.Context, sql string, arguments ...any) pgx.Row
	Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error)
}

type server struct {
	pool *pgxpool.Pool
	sql  statements
}

func (s *server) product(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		http.Error(w, "id is a number", http.StatusBadRequest)
		return
	}
	rows, err := s.pool.Query(ctx, s.sql.Read, id)
	if err != nil {
		http.Error(w, "database", http.StatusServiceUnavailable)
		return
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToMap)
	if err != nil {
		http.Error(w, "Product not found", http.StatusNotFound)
		return
	}
	answer(w, http.StatusOK, found)
}

// Every statement may use $1, the order, and $2, the product; the very first gives the order's id.
func (s *server) place(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	var wanted struct {
		Product int64 `json:"product_id"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 65536)).Decode(&wanted); err != nil {
		http.Error(w, "malformed", http.StatusBadRequest)
		return
	}
	var order int64
	run := func(on database, statements []string) error {
		for _, statement := range statements {
			if order == 0 {
				if err := on.QueryRow(ctx, statement, wanted.Product).Scan(&order); err != nil {
					return err
				}
			} else if _, err := on.Exec(ctx, statement, used(statement, order, wanted.Product)...); err != nil {
				return err
			}
		}
		return nil
	}
	for _, statements := range s.sql.Order {
		var err error
		if len(statements) == 1 { // its own transaction
			err = run(s.pool, statements)
		} else {
			err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return run(tx, statements) })
		}
		if err != nil {
			if r.Context().Err() == nil { // else it is the client that left
				log.Print(err)
			}
			http.Error(w, "database", http.StatusServiceUnavailable)
			return
		}
	}
	answer(w, http.StatusCreated, map[string]any{"order_id": order, "state": "confirmed"})
}

// Of the arguments those that the statement has places for: pgx takes no more.
func used(statement string, arguments ...any) []any {
	count := 0
	for i := range arguments {
		if strings.Contains(statement, "$"+strconv.Itoa(i+1)) {
			count = i + 1
		}
	}
	return arguments[:count]
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

func main() {
	file := flag.String("sql", "", "file with the SQL of a read and of an order, as JSON")
	pool := flag.Int("pool", 6, "connections to the database")
	flag.Parse()
	config, err := pgxpool.ParseConfig(os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal("DATABASE_URL is not a database's address")
	}
	config.MaxConns = int32(*pool)
	db, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		log.Fatal(err)
	}
	sql, err := load(*file)
	if err != nil {
		log.Fatal(err)
	}
	s := &server{pool: db, sql: sql}
	http.HandleFunc("GET /products/{id}", s.product)
	http.HandleFunc("POST /orders", s.place)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(http.Serve(listener, nil))
}
