#pragma once
#include <string>

#include <pqxx/pqxx>

namespace kit::db {

/// The second key of Shopkeeper's advisory locks; they are per database.
enum class Lock { Migrations = 1, Relay = 2, RelayIdle = 3, Inbox = 4, Import = 10 };

/// Their first key ("shop" in ASCII).
constexpr int LOCK_SPACE = 0x73686f70;

namespace detail {
inline bool lock_function(pqxx::connection_base& connection, const char* function, Lock lock) {
  pqxx::nontransaction tx(connection);
  return tx
      .exec1(std::string("select ") + function + '(' + std::to_string(LOCK_SPACE) + ',' +
             std::to_string(static_cast<int>(lock)) + ')')[0]
      .as<bool>();
}
}  // namespace detail

/// Takes the lock for this session; returns false when another session has it.
inline bool try_lock(pqxx::connection_base& connection, Lock lock) {
  return detail::lock_function(connection, "pg_try_advisory_lock", lock);
}
inline void unlock(pqxx::connection_base& connection, Lock lock) {
  detail::lock_function(connection, "pg_advisory_unlock", lock);
}

}  // namespace kit::db
