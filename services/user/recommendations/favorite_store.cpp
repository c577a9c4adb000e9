#include "services/user/recommendations/favorite_store.hpp"

#include "services/user/errors/errors.hpp"

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement LIST{"list_favorites", R"(
  select id, product_id, to_char(added_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as added_at
  from favorites where user_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3)"};

// One change of a user's lists at a time, so that the count stays right.
constexpr Statement LOCK{"lock_favorites", "select from users where id = $1 for no key update"};

constexpr Statement COUNT{"count_favorites", R"(
  select count(*) as count, coalesce(bool_or(product_id = $2), false) as there from favorites where user_id = $1)"};

constexpr Statement ADD{"add_favorite", "insert into favorites (user_id, product_id) values ($1, $2)"};

constexpr Statement REMOVE{"remove_favorite", "delete from favorites where user_id = $1 and product_id = $2"};

constexpr Statement VIEW{"add_view", R"(
  insert into views (user_id, product_id) values ($1, $2)
  on conflict (user_id, product_id) do update set viewed_at = clock_timestamp())"};

constexpr Statement FORGET{"forget_views", R"(
  delete from views where user_id = $1 and product_id in (
    select product_id from views where user_id = $1 order by viewed_at desc, product_id offset $2))"};

void lock(Transaction& tx, kit::UserId user) {
  if (tx.exec(LOCK, user.value).empty()) throw AccountGone();
}

}  // namespace

kit::db::Page<FavoriteStore::Favorite> FavoriteStore::page(kit::UserId user,
                                                           std::optional<std::int64_t> before, int limit,
                                                           kit::Deadline deadline) const {
  return database_.read<kit::db::Page<Favorite>>("list_favorites", deadline, [&](Transaction& tx) {
    return kit::db::read_page(tx.exec(LIST, user.value, before, limit + 1), limit, [](const pqxx::row& row) {
      return Favorite{{row["product_id"].as<std::int64_t>()}, row["added_at"].as<std::string>()};
    });
  });
}

void FavoriteStore::add(kit::UserId user, contracts::ProductId product, kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    lock(tx, user);
    const auto row = tx.exec(COUNT, user.value, product.value)[0];
    if (row["there"].as<bool>()) return;
    if (row["count"].as<int>() >= MAX_FAVORITES) throw TooManyFavorites(MAX_FAVORITES);
    tx.exec(ADD, user.value, product.value);
  };
  database_.transact("add_favorite", deadline, work, true);
}

void FavoriteStore::remove(kit::UserId user, contracts::ProductId product, kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) { tx.exec(REMOVE, user.value, product.value); };
  database_.transact("remove_favorite", deadline, work, true);
}

void FavoriteStore::add_view(kit::UserId user, contracts::ProductId product, kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    lock(tx, user);
    tx.exec(VIEW, user.value, product.value);
    tx.exec(FORGET, user.value, MAX_VIEWS);
  };
  database_.transact("add_view", deadline, work, true);
}

}  // namespace user
