#include "services/user/accounts/background_jobs.hpp"

namespace user {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int BATCH = 100;

kit::Deadline job_deadline() { return kit::Deadline::in(seconds(5)); }

}  // namespace

BackgroundJobs::BackgroundJobs(kit::db::Database& database)
    : mail_requests_(database),
      accounts_(database),
      throttle_(database),
      mailing_({milliseconds(500), seconds(30), "mail requests cannot be processed"},
               [this](const std::stop_token& stop) {
                 for (int i = 0;
                      i < BATCH && !stop.stop_requested() && mail_requests_.process_one(job_deadline());
                      ++i) {
                 }
               }),
      pruning_({seconds(60), seconds(600), "expired rows cannot be removed", seconds(10)},
               [this](const std::stop_token&) {
                 throttle_.prune(job_deadline());
                 accounts_.prune(job_deadline());
               }) {}

}  // namespace user
