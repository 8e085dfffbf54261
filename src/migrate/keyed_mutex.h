// One lock per key, so that steps of one migration take turns and those of another go on.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace drover::migrate {

class KeyedMutex {
 public:
  // Held until the returned lock is destroyed. Entries are few (one per migration seen) and never
  // removed.
  std::unique_lock<std::mutex> take(const std::string& key) {
    std::mutex* mutex = nullptr;
    {
      const std::scoped_lock guard(table_);
      auto& slot = locks_[key];
      if (!slot) {
        slot = std::make_unique<std::mutex>();
      }
      mutex = slot.get();
    }
    return std::unique_lock(*mutex);
  }

 private:
  std::mutex table_;
  std::map<std::string, std::unique_ptr<std::mutex>> locks_;
};

}  // namespace drover::migrate
