#include "services/user/profile/avatar_store.hpp"

#include "services/user/errors/errors.hpp"

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement FIND{"find_avatar", "select content_type, etag, bytes from avatars where user_id = $1"};

// The user's row is the lock, because there may be no avatar yet.
constexpr Statement LOCK{"lock_avatar", R"(
  select coalesce(a.etag, '') as etag from users u left join avatars a on a.user_id = u.id
  where u.id = $1 for update of u)"};

constexpr Statement PUT{"put_avatar", R"(
  insert into avatars (user_id, content_type, etag, bytes) values ($1, $2, $3, $4)
  on conflict (user_id) do update
  set content_type = excluded.content_type, etag = excluded.etag, bytes = excluded.bytes, updated_at = now())"};

constexpr Statement REMOVE{"remove_avatar", "delete from avatars where user_id = $1"};

std::optional<std::string> lock(Transaction& tx, kit::UserId user) {
  const auto rows = tx.exec(LOCK, user.value);
  return rows.empty() ? std::optional<std::string>() : rows[0]["etag"].as<std::string>();
}

}  // namespace

std::optional<Avatar> AvatarStore::find(kit::UserId user, kit::Deadline deadline) const {
  return database_.read<std::optional<Avatar>>("find_avatar", deadline, [&](Transaction& tx) {
    const auto rows = tx.exec(FIND, user.value);
    if (rows.empty()) return std::optional<Avatar>();
    return std::optional<Avatar>({rows[0]["content_type"].as<std::string>(),
                                  rows[0]["etag"].as<std::string>(),
                                  pqxx::binarystring(rows[0]["bytes"]).str()});
  });
}

bool AvatarStore::put(kit::UserId user, const Avatar& avatar, const Check& check, kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    const auto etag = lock(tx, user);
    if (!etag) throw AccountGone();
    check(*etag);
    tx.exec(PUT, user.value, avatar.content_type, avatar.etag, pqxx::binarystring(avatar.bytes));
    return etag->empty();
  };
  return database_.transact<bool>("put_avatar", deadline, work, true);
}

void AvatarStore::remove(kit::UserId user, const Check& check, kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    if (const auto etag = lock(tx, user)) check(*etag);
    tx.exec(REMOVE, user.value);
  };
  database_.transact("remove_avatar", deadline, work, true);
}

}  // namespace user
