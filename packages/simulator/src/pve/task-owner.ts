/** Whose task it is: a user, perhaps by one of his tokens. */
export interface TaskOwner {
  readonly user: string
  readonly tokenid?: string
}

/** Takes the user of a task apart. pve-manager API2/Tasks.pm: $convert_token_task */
export function taskOwner(user: string): TaskOwner {
  const mark = user.lastIndexOf('!')
  return mark < 0 ? { user } : { user: user.slice(0, mark), tokenid: user.slice(mark + 1) }
}

/**
 * Whether a caller may see a task as his own: users see those of their tokens too, tokens only their own.
 *
 * pve-manager API2/Tasks.pm: $check_task_user
 */
export function isTaskOf({ user, tokenid }: TaskOwner, caller: string): boolean {
  return caller === user || (tokenid !== undefined && caller === `${user}!${tokenid}`)
}
