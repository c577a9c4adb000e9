#include "services/user/accounts/mail_request_store.hpp"

#include "services/kit/log/log.hpp"
#include "services/user/accounts/throttle_store.hpp"
#include "services/user/accounts/tokens.hpp"
#include "services/user/accounts/user_events.hpp"

namespace user::store {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement ASK{"ask_for_mail", R"(
  insert into mail_requests (kind, email, name, password_hash, traceparent) values ($1, $2, $3, $4, $5))"};

constexpr Statement ASK_CHANGE{"ask_for_mail_of_change", R"(
  insert into mail_requests (kind, user_id, email, traceparent) values ('change', $1, $2, $3))"};

constexpr Statement TAKE{"take_mail_request", R"(
  delete from mail_requests where id = (
    select id from mail_requests order by id limit 1 for update skip locked)
  returning kind, user_id, email, name, password_hash, traceparent)"};

constexpr Statement FIND_ACCOUNT{"find_account_to_mail", R"(
  select id, name, email from users where lower(email) = lower($1) and kind = 'account')"};

// The id is drawn already, so that the events of the registration and of the account have one subject.
constexpr Statement REGISTER{"add_registration", R"(
  insert into registrations (hash, user_id, name, email, password_hash, expires_at)
  values ($1, nextval('users_id_seq'), $2, $3, $4, now() + make_interval(hours => $5))
  returning user_id, to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at)"};

constexpr Statement AGAIN{"add_registration_again", R"(
  insert into registrations (hash, user_id, name, email, password_hash, expires_at)
  select $1, user_id, name, email, password_hash, now() + make_interval(hours => $3) from registrations
  where lower(email) = lower($2) and expires_at > now() and used_at is null order by created_at desc limit 1
  returning user_id, name, email, to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at)"};

// Its token is made only now: the one that the row had was of nobody.
constexpr Statement CHANGE{"set_token_of_change", R"(
  update email_changes c set hash = $1 from users u
  where c.user_id = $2 and lower(c.email) = lower($3) and c.used_at is null and c.expires_at > now() and u.id = c.user_id
  returning u.name, c.email, to_char(c.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at)"};

constexpr Statement RESET{"add_password_reset", R"(
  insert into password_resets (hash, user_id, expires_at) values ($1, $2, now() + make_interval(hours => $3))
  returning to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at)"};

struct Asked {
  std::string kind, email, traceparent;
  std::optional<std::string> name, password_hash;
  std::optional<std::int64_t> user;
};

using Json = nlohmann::json;

kit::UserId id_of(const pqxx::row& row, const char* column) { return {row[column].as<std::int64_t>()}; }

void work(Transaction& tx, const Asked& asked) {
  const auto budget = throttle::mail_to(asked.kind, asked.email);
  if (Throttle::wait(tx, budget) > 0)
    return kit::log::info("no mail: too many for one address", {{"kind", asked.kind}});
  const auto found = tx.exec(FIND_ACCOUNT, asked.email);
  const auto token = new_secret();
  if (asked.kind == "resend") {
    if (!found.empty()) return;
    const auto made = tx.exec(AGAIN, secret_hash(token), asked.email, VERIFY_HOURS);
    if (made.empty()) return;
    Throttle::charge(tx, budget);
    return tell(tx, "user.verification_requested", id_of(made[0], "user_id"),
                {{"name", made[0]["name"].c_str()},
                 {"email", made[0]["email"].c_str()},
                 {"token", token},
                 {"expires_at", made[0]["expires_at"].c_str()}},
                asked.traceparent);
  }
  if (asked.kind == "change" && (found.empty() || found[0]["id"].as<std::int64_t>() == asked.user)) {
    const auto made = tx.exec(CHANGE, secret_hash(token), asked.user, asked.email);
    if (made.empty()) return;  // something else was wanted meanwhile
    Throttle::charge(tx, budget);
    return tell(tx, "user.verification_requested", {*asked.user},
                {{"name", made[0]["name"].c_str()},
                 {"email", made[0]["email"].c_str()},
                 {"token", token},
                 {"expires_at", made[0]["expires_at"].c_str()}},
                asked.traceparent);
  }
  if (asked.kind == "register" && found.empty()) {
    const auto made =
        tx.exec(REGISTER, secret_hash(token), asked.name, asked.email, asked.password_hash, VERIFY_HOURS);
    Throttle::charge(tx, budget);
    return tell(tx, "user.verification_requested", id_of(made[0], "user_id"),
                {{"name", *asked.name},
                 {"email", asked.email},
                 {"token", token},
                 {"expires_at", made[0]["expires_at"].c_str()}},
                asked.traceparent);
  }
  if (found.empty()) return;
  Throttle::charge(tx, budget);
  const auto id = id_of(found[0], "id");
  Json who = {{"name", found[0]["name"].c_str()}, {"email", found[0]["email"].c_str()}};
  if (asked.kind != "reset") return tell(tx, "user.registration_repeated", id, who, asked.traceparent);
  who["token"] = token;
  who["expires_at"] = tx.exec(RESET, secret_hash(token), id.value, RESET_HOURS)[0][0].c_str();
  tell(tx, "user.password_reset_requested", id, who, asked.traceparent);
}

}  // namespace

void MailRequests::registration(const NewUser& who, const std::string& password_hash,
                                const kit::http::Request& request) {
  database_.transact("ask_to_register", request.deadline, [&](Transaction& tx) {
    tx.exec(ASK, "register", who.email, who.name, password_hash, request.trace.traceparent());
  });
}

void MailRequests::repeated(Transaction& tx, const std::string& email, const std::string& traceparent) {
  tx.exec(ASK, "repeated", email, std::nullopt, std::nullopt, traceparent);
}

void MailRequests::change(Transaction& tx, kit::UserId user, const std::string& email,
                          const std::string& traceparent) {
  tx.exec(ASK_CHANGE, user.value, email, traceparent);
}

void MailRequests::resend(const std::string& email, const kit::http::Request& request) {
  ask("resend", email, request);
}

void MailRequests::password_reset(const std::string& email, const kit::http::Request& request) {
  ask("reset", email, request);
}

void MailRequests::ask(const char* kind, const std::string& email, const kit::http::Request& request) {
  const auto charges = throttle::mail_request(kind, email, request.remote_address);
  database_.transact("ask_for_mail", request.deadline, [&](Transaction& tx) {
    Throttle::take(tx, charges);
    tx.exec(ASK, kind, email, std::nullopt, std::nullopt, request.trace.traceparent());
  });
}

bool MailRequests::work_one(kit::Deadline deadline) {
  return database_.transact<bool>("work_mail_request", deadline, [&](Transaction& tx) {
    const auto rows = tx.exec(TAKE);
    if (rows.empty()) return false;
    const auto& row = rows[0];
    work(tx,
         {row["kind"].as<std::string>(), row["email"].as<std::string>(), row["traceparent"].as<std::string>(),
          row["name"].as<std::optional<std::string>>(), row["password_hash"].as<std::optional<std::string>>(),
          row["user_id"].as<std::optional<std::int64_t>>()});
    return true;
  });
}

}  // namespace user::store
