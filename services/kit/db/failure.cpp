#include "services/kit/db/failure.hpp"

#include <pqxx/pqxx>

namespace kit::db {

Failure classify_sqlstate(std::string_view state, bool committing) {
  if (state == "40003") return Failure::InDoubt;  // statement_completion_unknown
  if (state.starts_with("40")) return Failure::Conflict;
  const bool ended = state == "57P01" || state == "57P02" || state == "57P03" || state == "57P05" ||
                     state == "25P03" || state == "25006" || state.starts_with("08");
  // 25006, read only: the server has become a standby; a new connection finds the new primary.
  if (ended) return committing ? Failure::InDoubt : Failure::Broken;
  if (state == "57014" || state == "55P03") return Failure::Timeout;
  // Out of disk, memory or connections (53), or an I/O error (58): transient, but not short.
  if (state.starts_with("53") || state.starts_with("58")) return Failure::Timeout;
  return Failure::Final;
}

Failure classify(const std::exception_ptr& error, bool committing, bool open) {
  const Failure lost = committing ? Failure::InDoubt : Failure::Broken;
  try {
    std::rethrow_exception(error);
  } catch (const pqxx::in_doubt_error&) {
    return Failure::InDoubt;
  } catch (const pqxx::statement_completion_unknown&) {
    return Failure::InDoubt;
  } catch (const pqxx::transaction_rollback&) {
    return Failure::Conflict;
  } catch (const pqxx::broken_connection&) {
    return lost;
  } catch (const pqxx::sql_error& e) {
    const Failure failure = classify_sqlstate(e.sqlstate(), committing);
    return failure == Failure::Final && !open ? lost : failure;
  } catch (const pqxx::failure&) {
    return open ? Failure::Final : lost;
  } catch (...) {
    return Failure::Final;
  }
}

}  // namespace kit::db
