#pragma once
#include <exception>
#include <string_view>

namespace kit::db {

/// Why an attempt at a transaction failed, which decides about retries.
enum class Failure {
  Conflict,  ///< with other transactions, rolled back: retried
  Broken,    ///< the connection was lost before the commit: retried on a new one
  InDoubt,   ///< the commit may have happened: retried only when idempotent
  Timeout,   ///< of a statement or lock, rolled back: not retried, the database is overloaded
  Final,     ///< an error of the work: SQL, a constraint, an exception of the caller
};

/// For SQLSTATE codes: https://www.postgresql.org/docs/15/errcodes-appendix.html
Failure classify_sqlstate(std::string_view state, bool committing);

/// `error` as caught from an attempt; `committing`: after COMMIT was sent; `open`: whether the connection
/// still is.
Failure classify(const std::exception_ptr& error, bool committing, bool open);

}  // namespace kit::db
