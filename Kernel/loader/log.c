// SPDX-License-Identifier: GPL-2.0-only
// What the hypervisor says (docs/log.md), by its hypercalls while it runs, and from memory afterwards: read() of /dev/jailhouse is the stream of it.

#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "ostrog.h"

#define BYTES_SHIFT 56
#define BYTES_MASK 7
#define POLL_MS 100

/* How many bytes were ever added; -errno. */
static long log_end(void)
{
	return hypercall(CALL_LOG, ~0UL, 0);
}

/* Bytes from `position` to `end` go to `to`, as many as there is room for; how many. */
static long log_copy(char *to, size_t room, u64 position, u64 end)
{
	size_t done = 0;

	while (position + done < end && done < room) {
		long word = hypercall(CALL_LOG, position + done, 0);
		int count, i;

		/* What is overwritten meanwhile is gone; the next reader is told. */
		if (word < 0)
			return done ? done : word;
		count = word >> BYTES_SHIFT & BYTES_MASK;
		if (!count)
			break;
		for (i = 0; i < count && done < room; i++)
			to[done++] = word >> (8 * i);
	}
	return done;
}

ssize_t log_last(char *to)
{
	long end = log_end();

	if (end < 0)
		return end;
	return log_copy(to, LOG_BYTES, end > LOG_BYTES ? end - LOG_BYTES : 0, end);
}

/* One turn: bytes, 0 where there is nothing new, -errno. */
static ssize_t log_next(char *buffer, size_t room, u64 *position)
{
	long end = log_end(), bytes;
	u64 missed;

	if (end < 0)
		return end;
	/* Another hypervisor has begun. */
	if (*position > end)
		*position = 0;
	if (end - *position > LOG_BYTES) {
		missed = end - LOG_BYTES - *position;
		*position += missed;
		return scnprintf(buffer, room, "<missed %llu bytes of console log>\n", missed);
	}
	bytes = log_copy(buffer, room, *position, end);
	if (bytes == -ERANGE)
		return 0;
	if (bytes > 0)
		*position += bytes;
	return bytes;
}

/* What was said before the hypervisor went away and has not been read yet, once; then the reader's position is behind all that will ever be said. */
static ssize_t log_leftover(char *buffer, u64 *position)
{
	ssize_t bytes;

	if (*position >> 62)
		return 0;
	mutex_lock(&ostrog_lock);
	bytes = memory_last_log(buffer, *position);
	mutex_unlock(&ostrog_lock);
	if (bytes)
		*position = 1ULL << 62;
	return bytes;
}

ssize_t log_read(struct file *file, char __user *to, size_t bytes, loff_t *position)
{
	bool waits = !(file->f_flags & O_NONBLOCK);
	char *buffer = kmalloc(LOG_BYTES, GFP_KERNEL);
	u64 at = *position;
	ssize_t result;

	if (!buffer)
		return -ENOMEM;
	for (;;) {
		if (READ_ONCE(ostrog_enabled)) {
			result = READ_ONCE(ostrog_log_permitted) ?
				 log_next(buffer, min_t(size_t, bytes, LOG_BYTES), &at) : -EPERM;
		} else {
			result = bytes < LOG_BYTES ? 0 : log_leftover(buffer, &at);
			if (!result && !waits)
				result = -EAGAIN;
		}
		if (result > 0 && copy_to_user(to, buffer, min_t(size_t, result, bytes)))
			result = -EFAULT;
		if (result > 0)
			result = min_t(size_t, result, bytes);
		if ((result && result != -ENODEV) || !bytes || (!result && !waits))
			break;
		if (msleep_interruptible(POLL_MS) || signal_pending(current)) {
			result = -EINTR;
			break;
		}
	}
	kfree(buffer);
	*position = at;
	return result;
}
