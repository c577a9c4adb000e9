#pragma once
#include "operator/shop/plan/plan.hpp"

#include <string>

namespace shop {

/// Of a failed Job's termination message: "REASON: text" as the scripts write it, a pgBackRest error, or the
/// end of a log. The reason is one of the condition BackupHealthy, "Failed" when nothing better is known.
Problem backup_problem(const std::string& message);

/// Of a successful Job's termination message: its JSON object; otherwise (the pod is gone) only the time of
/// the Job's end.
Json backup_result(const std::string& message, const std::string& ended);

}  // namespace shop
