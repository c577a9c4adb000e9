#pragma once
#include <exception>
#include <string_view>

namespace kit::db {

/// What an attempt at a transaction failed of, as far as it matters for trying again.
enum class Failure {
  Conflict,  ///< with other transactions, rolled back: again
  Broken,    ///< the connection is lost and nothing committed: again, on a new one
  InDoubt,   ///< the commit may have happened: again only what is idempotent
  Timeout,   ///< a statement or lock took too long, rolled back: not again, the database is overloaded
  Final,     ///< the work's own: an error in SQL, a rule broken, an exception of the caller
};

/// For SQLSTATE codes: https://www.postgresql.org/docs/15/errcodes-appendix.html
Failure classify_sqlstate(std::string_view state, bool committing);

/// `error` as caught from an attempt; `committing`: after COMMIT was sent; `open`: whether the connection
/// still is.
Failure classify(const std::exception_ptr& error, bool committing, bool open);

}  // namespace kit::db
