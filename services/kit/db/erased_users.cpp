#include "services/kit/db/erased_users.hpp"

namespace kit::db {
namespace {

// "shep" in ASCII is the first key of the advisory locks. What is looked up after waiting for a lock must be
// a statement of its own, to see what was committed meanwhile.
constexpr Statement LOCK_SHARED{
    "erased_user_lock_shared",
    "select pg_advisory_xact_lock_shared(1936221552, ($1::bigint % 2147483647)::int)"};
constexpr Statement LOCK{"erased_user_lock",
                         "select pg_advisory_xact_lock(1936221552, ($1::bigint % 2147483647)::int)"};
constexpr Statement FIND{"erased_user_find", "select from erased_users where user_id = $1"};
constexpr Statement MARK{"erased_user_mark",
                         "insert into erased_users (user_id) values ($1) on conflict do nothing"};

}  // namespace

bool is_erased(Transaction& tx, UserId user) {
  tx.exec(LOCK_SHARED, user.value);
  return !tx.exec(FIND, user.value).empty();
}

void mark_erased(Transaction& tx, UserId user) {
  tx.exec(LOCK, user.value);
  tx.exec(MARK, user.value);
}

}  // namespace kit::db
