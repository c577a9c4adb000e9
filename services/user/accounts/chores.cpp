#include "services/user/accounts/chores.hpp"

namespace user {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int BATCH = 100;

kit::Deadline soon() { return kit::Deadline::in(seconds(5)); }

}  // namespace

Chores::Chores(kit::db::Database& database)
    : mails_(database),
      accounts_(database),
      throttle_(database),
      mailing_({milliseconds(500), seconds(30), "mails that were asked for cannot be seen to"},
               [this](const std::stop_token& stop) {
                 for (int i = 0; i < BATCH && !stop.stop_requested() && mails_.work_one(soon()); ++i) {
                 }
               }),
      clearing_({seconds(60), seconds(600), "what is over cannot be cleared away", seconds(10)},
                [this](const std::stop_token&) {
                  throttle_.prune(soon());
                  accounts_.prune(soon());
                }) {}

}  // namespace user
